"""Pages over HTTP from a small server in a process of its own on loopback, which takes its time."""

import os
import signal
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import peer

# Name, first sentence, rest of the summary.
PAGES = [
    ("multithreading",
     "A program is multithreaded when several threads of control run through its one address space.",
     "Each thread has registers and a stack of its own, while the heap, the code and the open files belong to all."),
    ("threading",
     "A core with simultaneous multithreading is seldom worth more than 1.3 cores without it.",
     "It keeps the state of two or more threads and feeds its units from all of them. A loop that leaves no unit idle "
     "gains nothing."),
    ("concurrent_programming",
     "Concurrent programming describes a computation as several activities whose steps may interleave in any order.",
     "Whether they also run at the same time is a question of the machine.\nThe result must not depend on it."),
    ("coroutine", "A coroutine is a function that can stop in the middle and go on later from there.",
     "It gives the thread back where it would only wait, so that one thread serves many waits. Nothing runs at the "
     "same time, and no lock is needed between two stops."),
]


class Server(ThreadingHTTPServer):
    parent = os.getpid()

    def service_actions(self):
        if os.getppid() != self.parent:  # who was killed cannot end its server
            os._exit(1)


def serve(server, latency):
    texts = {f"/{name}": f"{name}\n\n{sentence} {more}\n\n" for name, sentence, more in PAGES}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            time.sleep(latency)
            self.send_response(200 if self.path in texts else 404)
            self.end_headers()
            self.wfile.write(texts.get(self.path, "").encode())

        def log_message(self, *_):
            pass

    server.RequestHandlerClass = Handler
    server.serve_forever()


def extract(body, summary):
    """The paragraph after the title, or its first sentence."""
    text = body.split("\n\n")[1]
    return text if summary else text.split(". ")[0].rstrip(".") + "."


def main():
    parser = peer.parser(__doc__, "seq", "threads", "coroutines", "tasks")
    parser.add_argument("--fetches", type=peer.count, default=3)
    parser.add_argument("--first", type=peer.count, default=0, help="number of the first of three pages")
    parser.add_argument("--wait-us", dest="wait", type=peer.us, default="0", help="before each request")
    parser.add_argument("--latency-us", dest="latency", type=peer.us, default="7k", help="of the server")
    parser.add_argument("--summary", action="store_true", help="the first paragraph, not the first sentence")
    parser.add_argument("--request", choices=["async", "blocking", "thread"], default="async",
                        help="of a coroutine: through the loop; blocking it, as the notebook's wiki_async; in a thread")
    options = parser.parse_args()
    server = Server(("127.0.0.1", 0), None)
    port = server.server_port
    child = os.fork()
    if child == 0:
        serve(server, options.latency)

    def request(name):
        connection = HTTPConnection("127.0.0.1", port)
        connection.request("GET", f"/{name}")
        return extract(connection.getresponse().read().decode(), options.summary)

    def fetch(name):
        time.sleep(options.wait)
        return request(name)

    async def fetch_async(name):
        import asyncio

        await asyncio.sleep(options.wait)
        if options.request == "blocking":
            return request(name)  # the pitfall: until it has the answer no other coroutine goes on
        if options.request == "thread":
            return await asyncio.to_thread(request, name)  # the cure for a library that blocks
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /{name} HTTP/1.0\r\n\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
        return extract(answer.split("\r\n\r\n", 1)[1], options.summary)

    names = [PAGES[options.first + i % 3][0] for i in range(options.fetches)]
    try:
        parts = peer.run(options, fetch, names, fetch_async)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if options.show:
        print(*parts, sep="\n")


if __name__ == "__main__":
    main()
