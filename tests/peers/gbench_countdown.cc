// The kernel countdown for Google Benchmark, twice: A counts N down, B that and PLANTED per mille more.
// usage: gbench_countdown [--benchmark_...] N PLANTED
#include <benchmark/benchmark.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

// As in kernels/countdown.c.
__attribute__((noinline)) int64_t count_down(int64_t i) {
  for (; i != 0; i--)
    asm volatile("" : "+r"(i));
  return i;
}

void countdown(benchmark::State &state, int64_t n) {
  for (auto _ : state)
    benchmark::DoNotOptimize(count_down(n));
}

bool number(const char *text, int64_t *value) {
  char *end;
  errno = 0;
  *value = strtoll(text, &end, 10);
  return errno == 0 && end != text && *end == '\0' && *value >= 0;
}

} // namespace

int main(int argc, char **argv) {
  int64_t n, planted;
  benchmark::Initialize(&argc, argv);
  if (argc != 3 || !number(argv[1], &n) || !number(argv[2], &planted)) {
    fputs("usage: gbench_countdown [--benchmark_...] N PLANTED\n", stderr);
    return 2;
  }
  benchmark::RegisterBenchmark("A", countdown, n);
  benchmark::RegisterBenchmark("B", countdown, n + n * planted / 1000);
  return benchmark::RunSpecifiedBenchmarks() > 0 ? 0 : 1;
}
