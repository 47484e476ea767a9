import { Box } from "ink";
import type { ReactNode } from "react";
import { faint, fitLine, type Line, span } from "../drawing/styled-line.ts";
import { Lines } from "./theme.tsx";

/** What is shown before the run is set up: the last things that it said it was doing. */
export function Waiting(props: {
  readonly log: readonly string[];
  readonly width: number;
  readonly height: number;
}): ReactNode {
  const { log, width, height } = props;
  const room = width - 5;
  const shown = log.slice(-Math.max(1, Math.floor(height / 2)));
  const lines: Line[] = [
    [span("Getting ready", { bold: true })],
    ...shown.map((message): Line => [span("  › ", faint), span(message)]),
  ];
  return (
    <Box width={width} height={height} flexDirection="column" justifyContent="center" paddingLeft={4}>
      <Lines lines={lines.map((line) => fitLine(line, room))} />
    </Box>
  );
}
