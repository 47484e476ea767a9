/** DejaVu Sans with Latin letters, digits and some signs: what pictures are written in. Its licence lies beside it. */
export const chartFont: URL = new URL("../fonts/DejaVuSans-Latin.ttf", import.meta.url);
