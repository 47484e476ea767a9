from time import perf_counter


def answers(case_id, classes_of, count):
    """How fast `classes_of(start, end)` gives the classes of `count` images, one by one or all at once."""
    one_by_one = case_id == "one image"
    images = 0
    elapsed = 0.0
    started = perf_counter()
    while elapsed < 0.15:
        if one_by_one:
            proof = [classes_of(i, i + 1)[0] for i in range(count)]
        else:
            proof = classes_of(0, count)
        images += count
        elapsed = perf_counter() - started
    return (elapsed * 1e6 / images if one_by_one else images / elapsed), proof
