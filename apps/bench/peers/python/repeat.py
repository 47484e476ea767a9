from time import perf_counter


def seconds_each(work, at_least=0.15):
    """Runs `work` so often that it takes `at_least` seconds, and gives what one run takes."""
    started = perf_counter()
    work()
    times = max(1, int(at_least / max(perf_counter() - started, 1e-9)))
    started = perf_counter()
    for _ in range(times):
        work()
    return (perf_counter() - started) / times
