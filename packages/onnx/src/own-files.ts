/** The name by which files of this package say who wrote them. */
export const producerName = "gradwerk";

/** The metadata under which such a file lists what gradients must not change, one parameter a line. */
export const frozenKey = "gradwerk.frozen";
