/** The names of the screens, in the order of their numbers. */
export const screenNames = ["Train", "Network", "Math", "Data", "Results", "Try", "Compare"] as const;
