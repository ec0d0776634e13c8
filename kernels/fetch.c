/* Fetches pages over HTTP from its own server on loopback: waits that overlap even on one core. */
/* needs: libcurl libmicrohttpd */
#include "kernel.h"
#include "lib/waits.h"

#include <curl/curl.h>
#include <microhttpd.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the pages ---- */

/* Served as title, empty line, summary, empty line, rest; the summary is the first sentence and `more`. */
struct page {
  const char *name, *title, *sentence, *more, *rest;
};

static const struct page pages[] = {
    {"multithreading", "Multithreading",
     "A program is multithreaded when several threads of control run through its one address space.",
     "Each thread has registers and a stack of its own, while the heap, the code and the open files belong to all.",
     "What they share needs order: a lock, an atomic or a message. What they do not share costs nothing."},
    {"threading", "Simultaneous multithreading",
     "A core with simultaneous multithreading is seldom worth more than 1.3 cores without it.",
     "It keeps the state of two or more threads and feeds its units from all of them. A loop that leaves no unit idle "
     "gains nothing.",
     "The system counts each of them as a CPU, so a curve of speedup bends where the real cores end."},
    {"concurrent_programming", "Concurrent programming",
     "Concurrent programming describes a computation as several activities whose steps may interleave in any order.",
     "Whether they also run at the same time is a question of the machine.\nThe result must not depend on it.",
     "Threads, processes, coroutines and actors are four ways to write such activities down."},
    {"coroutine", "Coroutine", "A coroutine is a function that can stop in the middle and go on later from there.",
     "It gives the thread back where it would only wait, so that one thread serves many waits. Nothing runs at the "
     "same time, and no lock is needed between two stops.",
     "A call that blocks in one of them blocks them all."},
    {"process", "Process", "A process is a running program with memory that no other process can reach.",
     "It costs more to make than a thread and is easier to end.", "What it shares, it shares by asking for it."},
    {"event_loop", "Event loop",
     "An event loop asks the system which of its files are ready and calls the code that waits for each.",
     "One call such as poll or epoll_wait answers for thousands of files.",
     "Its weakness is the handler that takes its time."}};

#define PAGES ((int64_t)(sizeof pages / sizeof *pages))
#define PAGE_BYTES 2048 /* larger than any page */

static int page_text(const struct page *page, char out[PAGE_BYTES]) {
  return snprintf(out, PAGE_BYTES, "%s\n\n%s %s\n\n%s\n", page->title, page->sentence, page->more, page->rest);
}

enum part { SENTENCE, SUMMARY };

static void expected_part(const struct page *page, int part, char out[PAGE_BYTES]) {
  snprintf(out, PAGE_BYTES, part == SENTENCE ? "%s" : "%s %s", page->sentence, page->more);
}

/* ---- the job ---- */

#define FETCHES_MAX 10000
#define PART_BYTES 480 /* largest part of a page that is kept, with its final zero */
#define REASON_BYTES 160

/* The result of one fetch; only the members before `order` count for the digest. */
struct fetched {
  int32_t length; /* -1: not fetched */
  char part[PART_BYTES];
  int32_t order; /* number of fetches completed before */
  int32_t bytes, connects;
};

struct memory {
  atomic_int complete, failed; /* failed: 1 + the first fetch that failed */
  int lacks;                   /* of that fetch: 1 if no page arrived, 0 if a wrong one did */
  char reason[REASON_BYTES];   /* of that fetch: why it failed */
  struct fetched fetched[];
};

/* The server, as job->state. */
struct server {
  pid_t pid;
  int port;
};

static const struct page *page_of(const struct job *job, long item) {
  return &pages[job_int(job, "first") + item % job_int(job, "pages")];
}

#define US 1000 /* ns */
#define MS (1000 * US)

/* Opens a listening socket on loopback. Port 0 is replaced by one that the system chooses. Returns the descriptor, or
 * -1 after job_lack. */
static int listen_on(struct job *job, int *port) {
  struct sockaddr_in at = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
      bind(fd, (struct sockaddr *)&at, size) == 0 && listen(fd, SOMAXCONN) == 0 &&
      getsockname(fd, (struct sockaddr *)&at, &size) == 0) {
    *port = ntohs(at.sin_port);
    return fd;
  }
  job_lack(job, "cannot listen on port %d of 127.0.0.1: %s%s", *port, strerror(errno),
           *port ? "; choose another port, or 0 for any free one" : "");
  if (fd >= 0)
    close(fd);
  return -1;
}

/* Fails early if the port is in use, before a run of minutes starts. */
static int port_lacks(struct job *job) {
  int port = (int)job_int(job, "port"), listener = port ? listen_on(job, &port) : -1;
  if (listener >= 0)
    close(listener);
  return port && listener < 0;
}

static int layout(struct job *job) {
  int64_t first = job_int(job, "first"), count = job_int(job, "pages"), fetches = job_int(job, "fetches");
  if (first + count > PAGES)
    return job_refuse(job, count > PAGES ? "pages" : "first", "unknown page %lld; the %lld pages are numbered from 0",
                      (long long)(first + count - 1), (long long)PAGES);
  if (job_int(job, "latency") * US >= job_int(job, "limit") * MS)
    return job_refuse(job, "latency", "%lld us; must be less than the limit of %lld ms",
                      (long long)job_int(job, "latency"), (long long)job_int(job, "limit"));
  if (port_lacks(job))
    return job->refused = "port", -1;
  job->bytes = sizeof(struct memory) + (size_t)fetches * sizeof(struct fetched);
  job->scratch_bytes = 2 * PAGE_BYTES; /* a client and the page it receives */
  job->steps = 1;
  job->items = (long)fetches;
  job->units = (double)fetches;
  return 0;
}

static void reset(struct job *job) {
  memset(job->memory, 0, job->bytes);
  for (long i = 0; i < job->items; i++)
    ((struct memory *)job->memory)->fetched[i].length = -1;
}

/* ---- the server: a process with one thread; a delayed answer does not block other connections ---- */

/* A delayed request. The latency is constant, so requests are due in the order of their arrival. */
struct waiting {
  struct MHD_Connection *connection;
  int64_t due_ns;
  struct waiting *next;
};

struct server_state {
  int64_t latency_ns;
  struct waiting *oldest, **newest;
};

static enum MHD_Result respond(struct MHD_Connection *connection, const char *url) {
  char text[PAGE_BYTES];
  int length = -1;
  for (int i = 0; i < PAGES; i++)
    if (url[0] == '/' && strcmp(url + 1, pages[i].name) == 0)
      length = page_text(&pages[i], text);
  unsigned status = length < 0 ? MHD_HTTP_NOT_FOUND : MHD_HTTP_OK;
  struct MHD_Response *response =
      MHD_create_response_from_buffer(length < 0 ? 0 : (size_t)length, text, MHD_RESPMEM_MUST_COPY);
  if (!response)
    return MHD_NO;
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; charset=utf-8");
  enum MHD_Result result = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return result;
}

/* libmicrohttpd calls this for each request: first with the headers (an answer then would close the connection), again
 * when the request is complete, and again after a resume. */
static enum MHD_Result answer(void *with, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *data, size_t *bytes, void **request) {
  static char known, asleep; /* states of a request: *request is NULL, then &known, then &asleep */
  struct server_state *state = with;
  (void)method, (void)version, (void)data, (void)bytes;
  if (!*request)
    return *request = &known, MHD_YES;
  if (*request == &asleep || state->latency_ns == 0)
    return respond(connection, url);
  struct waiting *waiting = malloc(sizeof *waiting);
  if (!waiting)
    return MHD_NO;
  *waiting = (struct waiting){connection, waits_clock_ns() + state->latency_ns, NULL};
  *state->newest = waiting;
  state->newest = &waiting->next;
  *request = &asleep;
  MHD_suspend_connection(connection);
  return MHD_YES;
}

static void wake_all_due(struct server_state *state) {
  for (int64_t now = waits_clock_ns(); state->oldest && state->oldest->due_ns <= now;) {
    struct waiting *due = state->oldest;
    state->oldest = due->next;
    if (!state->oldest)
      state->newest = &state->oldest;
    MHD_resume_connection(due->connection);
    free(due);
  }
}

/* Time until the server must act without a request, in ns; -1 for no limit. */
static int64_t idle_ns(struct MHD_Daemon *daemon, const struct server_state *state) {
  int64_t left = state->oldest ? state->oldest->due_ns - waits_clock_ns() : INT64_MAX;
  MHD_UNSIGNED_LONG_LONG own_ms;
  if (MHD_get_timeout(daemon, &own_ms) == MHD_YES && own_ms < 60000 && left > (int64_t)own_ms * 1000000)
    left = (int64_t)own_ms * 1000000;
  return left == INT64_MAX ? -1 : left < 0 ? 0 : left;
}

/* Serves until the process is killed. */
static void serve(struct MHD_Daemon *daemon, struct server_state *state) {
  struct pollfd poll = {.fd = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, .events = POLLIN};
  for (;;) {
    wake_all_due(state);
    MHD_run(daemon); /* needed each time: MHD_get_timeout ignores connections resumed since the last call */
    int64_t left = idle_ns(daemon, state);
    struct timespec limit = {left / 1000000000, left % 1000000000};
    ppoll(&poll, 1, left < 0 ? NULL : &limit, NULL);
  }
}

#define CONNECTIONS_MAX 4096u /* one for each worker; the default of libmicrohttpd is less than the largest team */

/* Main function of the server process. It ends with the cell process, and closes all inherited files but `listener` and
 * `ready`. */
static _Noreturn void server_main(int listener, int ready, pid_t parent, int64_t latency_ns) {
  struct server_state state = {.latency_ns = latency_ns, .newest = &state.oldest};
  prctl(PR_SET_NAME, "nway-pages");
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(1);
  for (int fd = 3; fd < 1024; fd++)
    if (fd != listener && fd != ready)
      close(fd);
  struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, answer, &state,
                                               MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT,
                                               CONNECTIONS_MAX, MHD_OPTION_END);
  if (!daemon || write(ready, "", 1) != 1)
    _exit(1);
  close(ready);
  serve(daemon, &state);
  _exit(0);
}

/* Forks the server and waits until it is ready. Returns 0, or -1 after job_lack. */
static int start_server(struct job *job, struct server *server, int listener) {
  int ready[2];
  pid_t self = getpid();
  char byte;
  if (pipe(ready) != 0)
    return job_lack(job, "cannot make a pipe to the page server: %s", strerror(errno)), -1;
  fflush(NULL);
  server->pid = fork();
  if (server->pid == 0)
    server_main(listener, ready[1], self, job_int(job, "latency") * US);
  int error = errno;
  close(ready[1]);
  ssize_t got = server->pid < 0 ? 0 : read(ready[0], &byte, 1);
  close(ready[0]);
  if (got == 1)
    return 0;
  if (server->pid > 0)
    waitpid(server->pid, NULL, 0);
  return job_lack(job, "the page server could not start%s%s", server->pid < 0 ? ": " : "",
                  server->pid < 0 ? strerror(error) : ""),
         -1;
}

/* Raises the soft limit of open files, often 1024: each worker needs several for libcurl, the server one per worker. */
static void allow_many_files(void) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

static int setup(struct job *job) {
  struct server *server = calloc(1, sizeof *server);
  if (!server || curl_global_init(CURL_GLOBAL_NOTHING) != 0) {
    free(server);
    return job_lack(job, "libcurl could not start"), -1;
  }
  allow_many_files();
  server->port = (int)job_int(job, "port");
  int listener = listen_on(job, &server->port);
  int failed = listener < 0 || start_server(job, server, listener) != 0;
  if (listener >= 0)
    close(listener);
  if (!failed)
    return job->state = server, 0;
  curl_global_cleanup();
  free(server);
  return -1;
}

static void teardown(struct job *job) {
  struct server *server = job->state;
  kill(server->pid, SIGKILL); /* the server has nothing to clean up */
  waitpid(server->pid, NULL, 0);
  curl_global_cleanup();
  free(server);
  job->state = NULL;
}

/* ---- the client: libcurl reports its sockets and timer, and worker_poll waits for them ---- */

#define SOCKETS_MAX 4 /* a transfer uses one; libcurl may add some for its resolver and wake-up */

/* In each worker's scratch memory. */
struct client {
  CURLM *multi;
  CURL *easy;
  struct pollfd sockets[SOCKETS_MAX];
  int socket_count;
  int64_t timer_ns; /* when to call libcurl, by waits_clock_ns; -1: never */
  int32_t bytes;
  int lacks;      /* 1 if a resource was missing */
  char lack[100]; /* the missing resource, if libcurl does not report it */
  char error[CURL_ERROR_SIZE];
};

static char *received(const struct worker *worker) { return (char *)worker->scratch + PAGE_BYTES; }
_Static_assert(sizeof(struct client) <= PAGE_BYTES, "a client fits before the page that it receives");

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *with, void *of_socket) {
  struct client *client = with;
  int at = 0;
  (void)easy, (void)of_socket;
  while (at < client->socket_count && client->sockets[at].fd != fd)
    at++;
  if (what == CURL_POLL_REMOVE) {
    if (at < client->socket_count)
      client->sockets[at] = client->sockets[--client->socket_count];
    return 0;
  }
  if (at == SOCKETS_MAX)
    return -1;
  client->socket_count += at == client->socket_count;
  short events = (short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0));
  client->sockets[at] = (struct pollfd){.fd = fd, .events = events};
  return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *with) {
  (void)multi;
  ((struct client *)with)->timer_ns = timeout_ms < 0 ? -1 : waits_clock_ns() + timeout_ms * INT64_C(1000000);
  return 0;
}

static size_t on_data(char *data, size_t one, size_t count, void *with) {
  struct worker *worker = with;
  struct client *client = worker->scratch;
  if (one * count >= (size_t)(PAGE_BYTES - client->bytes))
    return 0; /* larger than any page: makes libcurl abort the transfer */
  memcpy(received(worker) + client->bytes, data, one * count);
  client->bytes += (int32_t)(one * count);
  received(worker)[client->bytes] = '\0';
  return one * count;
}

/* Opens a socket as libcurl does, and records why that failed; libcurl itself reports only a failed connection. */
static curl_socket_t on_need(void *with, curlsocktype purpose, struct curl_sockaddr *to) {
  struct client *client = with;
  struct rlimit files = {0};
  (void)purpose;
  int fd = socket(to->family, to->socktype, to->protocol);
  if (fd >= 0)
    return fd;
  int error = errno;
  getrlimit(RLIMIT_NOFILE, &files);
  if (error == EMFILE)
    snprintf(client->lack, sizeof client->lack, "no socket: a process may have %llu open files (ulimit -n)",
             (unsigned long long)files.rlim_cur);
  else
    snprintf(client->lack, sizeof client->lack, "no socket: %s", strerror(error));
  return CURL_SOCKET_BAD;
}

/* Closes connections without TIME_WAIT: a minute of samples would otherwise use up the ports. */
static int on_open(void *with, curl_socket_t fd, curlsocktype purpose) {
  struct linger none = {1, 0};
  (void)with, (void)purpose;
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  return CURL_SOCKOPT_OK;
}

static void leave(struct job *job, struct worker *worker) {
  struct client *client = worker->scratch;
  (void)job;
  if (client->easy)
    curl_easy_cleanup(client->easy);
  if (client->multi)
    curl_multi_cleanup(client->multi);
  *client = (struct client){0};
}

static int enter(struct job *job, struct worker *worker) {
  struct client *client = worker->scratch;
  *client = (struct client){.multi = curl_multi_init(), .easy = curl_easy_init(), .timer_ns = -1};
  if (!client->multi || !client->easy) {
    leave(job, worker);
    return job_say(job, "libcurl could not make a handle for worker %d", worker->id), -1;
  }
  curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
  curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
  curl_easy_setopt(client->easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(client->easy, CURLOPT_PROTOCOLS_STR, "http");
  curl_easy_setopt(client->easy, CURLOPT_PROXY, ""); /* overrides the environment */
  curl_easy_setopt(client->easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(client->easy, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(client->easy, CURLOPT_TIMEOUT_MS, (long)job_int(job, "limit"));
  curl_easy_setopt(client->easy, CURLOPT_OPENSOCKETFUNCTION, on_need);
  curl_easy_setopt(client->easy, CURLOPT_OPENSOCKETDATA, client);
  curl_easy_setopt(client->easy, CURLOPT_SOCKOPTFUNCTION, on_open);
  curl_easy_setopt(client->easy, CURLOPT_ERRORBUFFER, client->error);
  curl_easy_setopt(client->easy, CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt(client->easy, CURLOPT_WRITEDATA, worker);
  return 0;
}

/* ---- the work ---- */

/* Waits for libcurl's sockets and timer, at most until `end_ns`, then calls libcurl. Returns the number of running
 * transfers. */
static int advance(struct client *client, struct worker *worker, int64_t end_ns) {
  struct pollfd ready[SOCKETS_MAX];
  int count = client->socket_count, running = 1;
  memcpy(ready, client->sockets, sizeof ready); /* the callbacks change what is polled next */
  int64_t until = client->timer_ns >= 0 && client->timer_ns < end_ns ? client->timer_ns : end_ns,
          left = until - waits_clock_ns();
  int some = worker_poll(worker, ready, count, left > 0 ? left : 0);
  for (int i = 0; i < count && some > 0; i++) {
    int events = (ready[i].revents & POLLIN ? CURL_CSELECT_IN : 0) |
                 (ready[i].revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
                 (ready[i].revents & (POLLERR | POLLHUP) ? CURL_CSELECT_ERR : 0);
    if (events)
      curl_multi_socket_action(client->multi, ready[i].fd, events, &running);
  }
  if (client->timer_ns >= 0 && client->timer_ns <= waits_clock_ns()) {
    client->timer_ns = -1;
    curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0, &running);
  }
  return running;
}

/* True for errors that mean a missing or incomplete answer, not a wrong one. */
static int is_lack(CURLcode code) {
  static const CURLcode codes[] = {CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT, CURLE_GOT_NOTHING,
                                   CURLE_SEND_ERROR,      CURLE_RECV_ERROR,         CURLE_PARTIAL_FILE,
                                   CURLE_OUT_OF_MEMORY};
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    if (code == codes[i])
      return 1;
  return 0;
}

/* Why a transfer failed with `code`; NULL if it succeeded. */
static const char *reason_of(struct client *client, CURLcode code) {
  client->lacks = is_lack(code);
  return code == CURLE_OK   ? NULL
         : client->lack[0]  ? client->lack
         : client->error[0] ? client->error
                            : curl_easy_strerror(code);
}

/* Receives the page. Returns NULL, or why it failed. */
static const char *receive(struct job *job, struct worker *worker, const char *url) {
  struct client *client = worker->scratch;
  int64_t end_ns = waits_clock_ns() + job_int(job, "limit") * MS + 1000 * MS; /* libcurl enforces `limit` before this */
  int left, messages;
  client->bytes = client->lacks = 0;
  client->lack[0] = client->error[0] = received(worker)[0] = '\0';
  curl_easy_setopt(client->easy, CURLOPT_URL, url);
  if (curl_multi_add_handle(client->multi, client->easy) != CURLM_OK)
    return "libcurl refused the transfer";
  do
    left = advance(client, worker, end_ns);
  while (left > 0 && waits_clock_ns() < end_ns);
  CURLMsg *message = curl_multi_info_read(client->multi, &messages);
  CURLcode code = message ? message->data.result : CURLE_OPERATION_TIMEDOUT;
  curl_multi_remove_handle(client->multi, client->easy);
  return reason_of(client, code);
}

/* Length in bytes of the part at `text`: a sentence ends with the first full stop at the end of a word, a summary with
 * the empty line. */
static size_t part_length(const char *text, int part) {
  for (size_t i = 0; text[i]; i++) {
    if (part == SENTENCE && text[i] == '.' && (text[i + 1] == '\0' || strchr(" \n", text[i + 1])))
      return i + 1;
    if (strncmp(text + i, "\n\n", 2) == 0)
      return i;
  }
  return strlen(text);
}

/* Stores the requested part of a page. Returns NULL, or what is wrong with the page. */
static const char *extract(const char *page, int part, struct fetched *out) {
  const char *text = strstr(page, "\n\n");
  size_t length = text ? part_length(text + 2, part) : 0;
  if (length == 0 || length >= PART_BYTES)
    return "the answer lacks a title and a summary of valid length";
  memcpy(out->part, text + 2, length);
  out->length = (int32_t)length;
  return NULL;
}

/* Records the first failure. Workers then stop, since each further page might take the whole time limit. */
static void fail(struct memory *memory, long item, const char *name, const char *reason, int lacks) {
  int none = 0;
  if (!atomic_compare_exchange_strong(&memory->failed, &none, (int)item + 1))
    return;
  memory->lacks = lacks;
  snprintf(memory->reason, sizeof memory->reason, "fetch %ld, of page %s: %s", item, name, reason);
}

static void fetch(struct job *job, long item, struct worker *worker) {
  struct memory *memory = job->memory;
  struct fetched *out = &memory->fetched[item];
  struct client *client = worker->scratch;
  char url[100];
  long connects = 0;
  snprintf(url, sizeof url, "http://127.0.0.1:%d/%s", ((struct server *)job->state)->port, page_of(job, item)->name);
  if (job_int(job, "wait") > 0)
    worker_wait(worker, job_int(job, "wait") * US);
  const char *reason = receive(job, worker, url);
  if (!reason)
    reason = extract(received(worker), job_choice(job, "return"), out);
  if (reason) {
    fail(memory, item, page_of(job, item)->name, reason, client->lacks);
    return;
  }
  curl_easy_getinfo(client->easy, CURLINFO_NUM_CONNECTS, &connects);
  out->bytes = client->bytes;
  out->connects = (int32_t)connects;
  out->order = atomic_fetch_add(&memory->complete, 1);
}

static void work(struct job *job, int step, long lo, long hi, struct worker *worker) {
  (void)step;
  struct memory *memory = job->memory;
  for (long i = lo; i < hi && !atomic_load(&memory->failed); i++)
    fetch(job, i, worker);
}

static void finish(struct job *job) {
  const struct memory *memory = job->memory;
  if (memory->failed && memory->lacks)
    job_lack(job, "%s", memory->reason);
  else if (memory->failed)
    job_say(job, "%s", memory->reason);
}

/* ---- the answer ---- */

static const char *check(struct job *job) {
  const struct memory *memory = job->memory;
  if (memory->failed)
    return job_say(job, "%s", memory->reason);
  for (long i = 0; i < job->items; i++) {
    const struct fetched *found = &memory->fetched[i];
    char expected[PAGE_BYTES];
    expected_part(page_of(job, i), job_choice(job, "return"), expected);
    if (found->length < 0)
      return job_say(job, "fetch %ld, of page %s, did not run", i, page_of(job, i)->name);
    if ((size_t)found->length != strlen(expected) || strncmp(found->part, expected, sizeof found->part) != 0)
      return job_say(job, "fetch %ld, of page %s: \"%.80s\" (%d bytes), expected \"%.80s\"", i, page_of(job, i)->name,
                     found->part, found->length, expected);
  }
  return NULL;
}

/* Excludes the order of completion, which may vary. */
static uint64_t digest(struct job *job) {
  const struct memory *memory = job->memory;
  uint64_t digest = 0;
  for (long i = 0; i < job->items; i++)
    digest = digest_of(digest, &memory->fetched[i], offsetof(struct fetched, order));
  return digest;
}

static int counters(struct job *job, struct counter *counters_out) {
  const struct fetched *fetched = ((struct memory *)job->memory)->fetched;
  int64_t inversions = 0, bytes = 0, connects = 0;
  for (long i = 0; i < job->items; i++) {
    for (long before = 0; before < i; before++)
      inversions += fetched[before].order > fetched[i].order;
    bytes += fetched[i].bytes;
    connects += fetched[i].connects;
  }
  counters_out[0] = (struct counter){"inversions", (double)inversions};
  counters_out[1] = (struct counter){"bytes", (double)bytes};
  counters_out[2] = (struct counter){"connections", (double)connects};
  return 3;
}

static const struct param params[] = {
    {"fetches", PARAM_SIZE, PARAM_INT, "12", 1, FETCHES_MAX, .unit = "", .meaning = "pages to fetch in all"},
    {"pages", PARAM_PROBLEM, PARAM_INT, "3", 1, PAGES, .unit = "",
     .meaning = "number of different pages, fetched in turn"},
    {"first", PARAM_PROBLEM, PARAM_INT, "0", 0, 1000000, .when = "first!=0", .unit = "",
     .meaning = "number of the first page"},
    {"return", PARAM_PROBLEM, PARAM_CHOICE, "sentence", .choices = "sentence|summary", .unit = "",
     .meaning = "part of a page that is the answer: its first sentence, or its first paragraph"},
    {"latency", PARAM_PROBLEM, PARAM_INT, "20000", 0, 60000000, .unit = "us",
     .meaning = "delay before the server answers"},
    {"wait", PARAM_PROBLEM, PARAM_INT, "0", 0, 60000000, .when = "wait!=0", .unit = "us",
     .meaning = "wait of a worker before each request"},
    {"limit", PARAM_METHOD, PARAM_INT, "5000", 1, 600000, .when = "limit!=5000", .unit = "ms",
     .meaning = "longest time for an answer; a later one is a failure"},
    {"port", PARAM_METHOD, PARAM_INT, "0", 0, 65535, .when = "port!=0", .unit = "",
     .meaning = "port of the server on 127.0.0.1; 0: any free port"},
    {0}};

NWAY_KERNEL = {.abi = KERNEL_ABI,
               .name = "fetch",
               .summary = "fetch pages over HTTP from a slow server on loopback",
               .doc = "Real HTTP without a network: each cell starts a server process (libmicrohttpd, one thread) that "
                      "serves pages from the source and answers each request after the same latency, however many "
                      "others are pending. A worker has one libcurl handle and keeps its connection from page to page; "
                      "a team that lives for one iteration connects anew in each. Almost all the time is waiting, so "
                      "more workers than cores still help. Counters: inversions (pairs of fetches that completed in "
                      "reverse order), bytes of the pages, connections made.",
               .unit = "pages",
               .params = params,
               .needs = NEED_SHARED | NEED_POLL | NEED_WAIT,
               .bound = BOUND_WAIT,
               .layout = layout,
               .setup = setup,
               .teardown = teardown,
               .enter = enter,
               .leave = leave,
               .reset = reset,
               .work = work,
               .finish = finish,
               .digest = digest,
               .check = check,
               .counters = counters};
