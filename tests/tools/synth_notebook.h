/* The scenario `notebook` of synth_run.c: every experiment of the course notebook on four cores, with Python as a peer,
 * one problem that was skipped, and known truths for speedups, memory, switches and METG. */

#define NO_MORE                                                                                                        \
  { NULL, NULL, 0, 0, 0, 0, NULL }
#define BY(variant, speedups)                                                                                          \
  { variant, "static", 0, 0, 0, 0, speedups }
static const int w1000[] = {1, 10, 1000, 0}, w_two[] = {1, 2, 0};
static const double gain_flat[] = {1, 1, 1, 1}, gain_well[] = {0.98, 1.9, 3.6, 3.5}, gain_poor[] = {0.9, 1.6, 2.4, 2.2},
                    gain_uneven[] = {1, 1.8, 2.4, 2.4}, gain_three[] = {1, 2, 3, 3}, gain_both[] = {1, 1.7, 1.7, 1.7},
                    gain_thousand[] = {1, 10, 980};
static const struct synth_way py_seq[] = {SEQ, NO_MORE}, py_threads[] = {SEQ, BY("own", gain_flat), NO_MORE},
                              py_processes[] = {SEQ, BY("own", gain_poor), NO_MORE},
                              py_waits[] = {SEQ, BY("own", gain_three), NO_MORE};
static const struct synth_way nb_compute[] = {SEQ, BY("pthread", gain_well), BY("pool", gain_well),
                                              BY("fork", gain_poor), NO_MORE};
static const struct synth_way nb_uneven[] = {SEQ, BY("pthread", gain_uneven), BY("pool", gain_uneven),
                                             BY("fork", gain_uneven), NO_MORE};
static const struct synth_way nb_wait[] = {SEQ, BY("pthread", gain_three), BY("fork", gain_three),
                                           BY("coro", gain_three), NO_MORE};
static const struct synth_way nb_both[] = {SEQ, BY("pthread", gain_both), BY("fork", gain_both), BY("coro", gain_both),
                                           NO_MORE};
static const struct synth_way nb_lock[] = {SEQ, BY("pthread", gain_flat), BY("fork", gain_flat), NO_MORE};
static const struct synth_way nb_many[] = {SEQ, BY("pthread", gain_thousand), BY("fork", gain_thousand),
                                           BY("coro", gain_thousand), NO_MORE};
/* ns a switch at one and at two workers: 100 turns, 20 ns each alone */
static const double spin_pthread[] = {1, 20.0 / 80}, spin_fork[] = {1, 20.0 / 90}, futex_pthread[] = {1, 400.0 / 4000},
                    futex_fork[] = {1, 400.0 / 5000};
static const struct synth_way nb_spin[] = {SEQ, BY("pthread", spin_pthread), BY("fork", spin_fork), NO_MORE};
static const struct synth_way nb_futex[] = {SEQ, BY("pthread", futex_pthread), BY("fork", futex_fork), NO_MORE};

/* Efficiency g / (g + o) up to the four cores, half of it beyond: METG(50 %) is o. Pool: o = 5 us, pthread: 50 us,
 * fork: 20 ms, more than any size. Coroutines: one thread's speed. */
#define GRAIN_EFFICIENCY(g, o) ((g) / ((g) + (o)))
#define GRAIN_SPEEDUPS(name, g, o)                                                                                     \
  static const double name[] = {GRAIN_EFFICIENCY(g, o), 2 * GRAIN_EFFICIENCY(g, o), 4 * GRAIN_EFFICIENCY(g, o),        \
                                4 * GRAIN_EFFICIENCY(g, o)};
#define GRAIN(name, g)                                                                                                 \
  GRAIN_SPEEDUPS(name##_pool, g, 5e3)                                                                                  \
  GRAIN_SPEEDUPS(name##_pthread, g, 50e3)                                                                              \
  GRAIN_SPEEDUPS(name##_fork, g, 20e6)                                                                                 \
  static const struct synth_way name##_ways[] = {                                                                      \
      SEQ,    BY("pool", name##_pool), BY("pthread", name##_pthread), BY("fork", name##_fork), BY("coro", gain_flat),  \
      NO_MORE};                                                                                                        \
  static const struct synth_method name[] = {{"", 1024 * (g), name##_ways}, {NULL, 0, NULL}};
GRAIN(grain_0, 1.0)
GRAIN(grain_1k, 1e3)
GRAIN(grain_10k, 10e3)
GRAIN(grain_100k, 100e3)

#define METHOD(name, t1, ways) static const struct synth_method name[] = {{"", t1, ways}, {NULL, 0, NULL}};
static const struct synth_method nb_factorial[] = {
    {"plain", 2.04e6, nb_compute}, {"memo bound=128", 0.36e6, nb_lock}, {NULL, 0, NULL}};
/* 80000 calls: 13.75 ns each, with a timer twice that */
static const struct synth_method nb_chain[] = {
    {"none", 1.1e6, seq_only}, {"timer", 2.2e6, seq_only}, {"memo+timer", 0.44e6, seq_only}, {NULL, 0, NULL}};
static const struct synth_method nb_refused[] = {
    {"none", 1.1e6, seq_only}, {"guard+timer", 1.98e6, seq_only}, {"timer+guard", 2.09e6, seq_only}, {NULL, 0, NULL}};
/* What call_chain tells of them: a memo of each of 8 chains meets 8 arguments, a guard refuses one in eight. */
static const struct {
  const char *method, *counters;
} nb_told[] = {{"none", "timed=0;refused=0;hits=0;misses=0;timed_ns_a_call=0"},
               {"timer", "timed=80000;refused=0;hits=0;misses=0;timed_ns_a_call=9"},
               {"memo+timer", "timed=64;refused=0;hits=79936;misses=64;timed_ns_a_call=9"},
               {"guard+timer", "timed=70000;refused=10000;hits=0;misses=0;timed_ns_a_call=9"},
               {"timer+guard", "timed=80000;refused=10000;hits=0;misses=0;timed_ns_a_call=9"}};
static const struct synth_method nb_memo_wait[] = {
    {"none", 10e6, seq_only}, {"private bound=128", 5e6, seq_only}, {NULL, 0, NULL}};
static const struct synth_method nb_critical[] = {{"on", 5.4e6, nb_lock}, {"off", 5.4e6, nb_wait}, {NULL, 0, NULL}};
static const struct synth_method nb_digits[] = {{"string", 42e6, nb_both}, {"divide", 7.1e6, nb_both}, {NULL, 0, NULL}};
static const struct synth_method nb_sums[] = {{"scalar", 25e6, nb_uneven}, {"pow", 8.3e6, nb_uneven}, {NULL, 0, NULL}};
static const struct synth_method nb_handoff[] = {{"spin", 2e3, nb_spin}, {"futex", 40e3, nb_futex}, {NULL, 0, NULL}};
/* 1000 messages of 1000 bytes: alone 1 us each, between threads 4 us, between processes 5 us */
static const double message_pthread[] = {1, 1.0 / 4}, message_fork[] = {1, 1.0 / 5};
static const struct synth_way nb_message[] = {SEQ, BY("pthread", message_pthread), BY("fork", message_fork), NO_MORE};
static const struct synth_method nb_messages[] = {{"pipe", 1e6, nb_message}, {NULL, 0, NULL}};
METHOD(nb_printers, 1.8e6, nb_wait)
METHOD(nb_overlap, 90e6, nb_both)
METHOD(nb_tasks, 120e6, nb_both)
METHOD(nb_fetch, 60e6, nb_wait)
METHOD(nb_summary, 180e6, nb_wait)
METHOD(nb_countdown, 7.2e6, nb_uneven)
METHOD(nb_sleep, 300e6, nb_wait)
METHOD(nb_crowd, 1000e6, nb_many)
METHOD(py_factorial, 39e6, py_seq)
METHOD(py_memo, 12e6, py_seq)
METHOD(py_short, 15e6, py_seq)
METHOD(py_counts, 1.2e9, py_seq)
METHOD(py_count_threads, 1.2e9, py_threads)
METHOD(py_count_processes, 1.2e9, py_processes)
METHOD(py_three_waits, 320e6, py_waits)
METHOD(py_range, 120e6, py_seq)
METHOD(py_array, 110e6, py_seq)
METHOD(py_creation, 130e6, py_seq)
METHOD(py_exchange, 140e6, py_seq)
/* What the peers report of themselves: the times inside, and what they made. */
static const struct {
  const char *script, *counters;
} nb_inside[] = {
    {"--form range", "inner_ns=6000000"},         {"--form array", "inner_ns=300000"},
    {"creation.py", "inner_ns=1000000;made=10"},  {"exchange.py", "inner_ns=2000000;messages=1000;bytes=1000000"}, {"factorial.py --how seq", "inner_ns=30000000"}};

#define PY(script, options, method)                                                                                    \
  {                                                                                                                    \
    "command", "python3 configs/notebook/" script ".py " options " exit", "runs", "an external program", 1, 0, method, \
        "", NULL, NULL                                                                                                 \
  }
#define NB(kernel, problem, units, methods, best)                                                                      \
  { kernel, problem, "items", "of the notebook", units, 0, methods, best, NULL, NULL }
#define NB_GRAIN(grain, methods)                                                                                       \
  { "grain", "grain=" grain " items=64 steps=16", "items", "small items", 1024, 0, methods, "", NULL, NULL }
static const struct synth_problem notebook_problems[] = {
    NB("factorial", "list n=499", 499, nb_factorial, "memo bound=128"),
    PY("factorial", "--how seq", py_factorial),
    PY("factorial", "--memo --how seq", py_memo),
    NB("call_chain", "csv calls=10000 chains=8 bad=0", 8e4, nb_chain, "memo+timer"),
    NB("call_chain", "csv calls=10000 chains=8 bad=1", 8e4, nb_refused, "none"),
    PY("call_chain", "--how seq", py_short),
    NB("memo_wait", "calls=1+1 wait=5000", 2, nb_memo_wait, "private bound=128"),
    PY("memo_wait", "--calls 1+1 --memo", py_short),
    NB("sleep_print", "printers=2 lines=3 wait=300", 6, nb_printers, ""),
    NB("critical_section", "writers=2 turns=3", 6, nb_critical, "on"),
    NB("overlap", "bases=5+3 exponent=1000000 digits=2 wait=50000", 3, nb_tasks, ""),
    NB("overlap", "bases=5 exponent=1000000 digits=2 wait=50000", 2, nb_overlap, ""),
    NB("fetch", "fetches=3 pages=3 sentence latency=20000", 3, nb_fetch, ""),
    NB("fetch", "fetches=3 pages=3 summary latency=60000", 3, nb_summary, ""),
    NB("power_sum", "ranges=1000+5000+4000+7000 vector", 17000, nb_sums, "pow"),
    {"command", "python3 configs/notebook/power_sum.py --how pool --workers {workers} exit", "runs",
     "an external program", 1, 0, py_counts, "", NULL, "python3 has no numpy <apt-get install python3-numpy>"},
    NB("countdown", "items=5M+3M+6M+10M", 24e6, nb_countdown, ""),
    PY("countdown", "--how seq", py_counts),
    PY("countdown", "--how threads --workers {workers}", py_count_threads),
    PY("countdown", "--how pool --workers {workers}", py_count_processes),
    PY("countdown", "--how process --workers {workers}", py_count_processes),
    NB("power_digits", "bases=5+3 exponent=1000000 digits=2", 2, nb_digits, "divide"),
    NB("sleep", "waits=3 wait=100000", 3, nb_sleep, ""),
    PY("sleep", "--how coroutines --workers {workers} --wait-us 100k", py_three_waits),
    {"sleep", "waits=1000 wait=1000", "waits", "waits", 1000, 0, nb_crowd, "", w1000, NULL},
    PY("power_sum", "--form range --ranges 1k", py_range),
    PY("power_sum", "--form array --ranges 1k", py_array),
    PY("creation", "--what thread", py_creation),
    PY("exchange", "--between processes --by queue", py_exchange),
    {"messages", "count=500 bytes=1000", "messages", "messages to and fro", 1000, 0, nb_messages, "pipe", w_two, NULL},
    {"handoff", "turns=100", "switches", "hands a turn to and fro", 100, 0, nb_handoff, "spin", w_two, NULL},
    NB_GRAIN("0", grain_0),
    NB_GRAIN("1000", grain_1k),
    NB_GRAIN("10000", grain_10k),
    NB_GRAIN("100000", grain_100k),
    {0}};
