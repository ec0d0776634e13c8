"""print_before_execution and print_after_execution around a function, in either order, with wraps or without it."""

import functools

import peer


def as_it_is(function):
    """In place of functools.wraps(function): the wrapper keeps its own name and documentation."""
    return lambda wrapper: wrapper


def main():
    parser = peer.parser(__doc__, "seq")
    parser.add_argument("--order", choices=["before+after", "after+before"], default="after+before",
                        help="of the decorators, the outermost first")
    parser.add_argument("--wraps", action="store_true")
    parser.add_argument("--calls", type=peer.count, default=1)
    options = parser.parse_args()
    wraps = functools.wraps if options.wraps else as_it_is
    log = []

    def print_before_execution(function):
        @wraps(function)
        def print_then_execute(*args, **kwargs):
            log.append(f"voici ce que renvoie la fonction {function.__name__}")
            function(*args, **kwargs)

        return print_then_execute

    def print_after_execution(function):
        @wraps(function)
        def execute_then_print(*args, **kwargs):
            function(*args, **kwargs)
            log.append("La fonction a fini de tourner")

        return execute_then_print

    def print_hello_world():
        """Description de ma fonction"""
        log.append("hello world")

    decorators = {"before": print_before_execution, "after": print_after_execution}
    function = print_hello_world
    for word in reversed(options.order.split("+")):
        function = decorators[word](function)
    clock = peer.Clock()
    for _ in range(options.calls):
        log.clear()
        function()
    clock.stop(calls=options.calls)
    if options.show:
        print(f"{function.__name__}: {function.__doc__}", *log, sep="\n")


if __name__ == "__main__":
    main()
