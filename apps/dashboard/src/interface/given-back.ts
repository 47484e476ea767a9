import type { ColorLevel } from "../drawing/color.ts";
import { halfBlockLines } from "../drawing/half-blocks.ts";
import { panel } from "../drawing/panel.ts";
import { scaleImage } from "../drawing/scale-image.ts";
import { centerLine, faint, type Line, span } from "../drawing/styled-line.ts";
import type { StepSample } from "../run/protocol.ts";

/** An image and below it the one that the network gives back of it, in a panel of `height` lines of `width` cells. */
export function givenBackPanel(
  sample: StepSample | undefined,
  width: number,
  height: number,
  level: ColorLevel,
): Line[] {
  if (sample === undefined) {
    return panel({ title: [span("image")], width, height }, [[span("before the first step", faint)]]);
  }
  const inner = width - 4;
  const { columns, rows, pixels, outputs } = sample;
  const back = Uint8Array.from(outputs, (output) => 255 * Math.max(0, Math.min(1, output)));
  // Besides the two there are borders and two lines of words.
  const room = Math.min(inner, 2 * Math.floor((height - 4) / 2));
  const whole = Math.floor(room / columns) * columns;
  const size = whole > 0 ? whole : room - (room % 2);
  const picture = (shown: Uint8Array): Line[] =>
    halfBlockLines(scaleImage({ width: columns, height: rows, pixels: shown }, size, size), level).map(
      (line) => centerLine(line, inner),
    );
  const words = (text: string): Line => centerLine([span(text, faint)], inner);
  return panel({ title: [span(`image ${sample.index}`)], width, height }, [
    words("what it is shown"),
    ...picture(pixels),
    words("what it gives back"),
    ...picture(back),
  ]);
}
