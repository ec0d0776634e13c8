"""Messages to and fro between two threads or two processes, through a pipe, a queue or memory that both share."""

import peer


class Shared:
    """One direction: a buffer that both sides see, with a semaphore for full and one for empty."""

    def __init__(self, kit, buffer):
        self.full, self.empty, self.buffer = kit.Semaphore(0), kit.Semaphore(1), buffer

    def put(self, message):
        self.empty.acquire()
        self.buffer[: len(message)] = message
        self.full.release()

    def get(self):
        self.full.acquire()
        message = bytes(self.buffer)
        self.empty.release()
        return message


class Piped:
    """One direction of a pipe of the system, which carries bytes."""

    def __init__(self, ends):
        self.here, self.there = ends

    def put(self, message):
        self.there.send_bytes(message)

    def get(self):
        return self.here.recv_bytes()


def channels(between, by, size):
    import multiprocessing
    import queue
    import threading

    processes = between == "processes"
    if by == "pipe":
        return [Piped(multiprocessing.Pipe(duplex=False)) for _ in range(2)]
    if by == "queue":
        return [multiprocessing.SimpleQueue() if processes else queue.SimpleQueue() for _ in range(2)]
    if processes:
        return [Shared(multiprocessing, memoryview(multiprocessing.RawArray("B", size)).cast("B")) for _ in range(2)]
    return [Shared(threading, memoryview(bytearray(size))) for _ in range(2)]


def answer(count, to, back):
    for _ in range(count):
        back.put(to.get())


def main():
    parser = peer.parser(__doc__, "seq")
    parser.add_argument("--between", choices=["threads", "processes"], default="threads")
    parser.add_argument("--by", choices=["pipe", "queue", "shared"], default="queue")
    parser.add_argument("--messages", type=peer.count, default=1000, help="to the other side, each of which comes back")
    parser.add_argument("--bytes", type=peer.count, default=1000, help="of a message")
    options = parser.parse_args()
    to, back = channels(options.between, options.by, options.bytes)
    if options.between == "threads":
        from threading import Thread as Worker
    else:
        from multiprocessing import Process as Worker
    message = bytes(range(256)) * (options.bytes // 256 + 1)
    message = message[: options.bytes]
    worker = Worker(target=answer, args=(options.messages, to, back))
    worker.start()
    clock = peer.Clock()
    whole = 0
    for _ in range(options.messages):
        to.put(message)
        whole += back.get() == message
    clock.stop(messages=2 * options.messages, bytes=2 * options.messages * options.bytes)
    worker.join()
    if options.show:
        print(whole)


if __name__ == "__main__":
    main()
