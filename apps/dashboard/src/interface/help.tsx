import { Box } from "ink";
import type { ReactNode } from "react";
import { palette } from "../drawing/color.ts";
import { panel } from "../drawing/panel.ts";
import { faint, type Line, span } from "../drawing/styled-line.ts";
import type { KeyBinding } from "./keys.ts";
import { Lines } from "./theme.tsx";

/** Every key and what it does, over the middle of the screen. */
export function Help(props: {
  readonly keyTable: readonly KeyBinding[];
  /** Size of the terminal in cells. */
  readonly width: number;
  readonly height: number;
}): ReactNode {
  const { keyTable, width, height } = props;
  const labelWidth = Math.max(...keyTable.map(({ label }) => label.length)) + 2;
  const lines = keyTable.map(
    ({ label, help }): Line => [
      span(label.padEnd(labelWidth), { bold: true, foreground: palette.accent }),
      span(help),
    ],
  );
  const widest = Math.max(...keyTable.map(({ help }) => help.length)) + labelWidth + 4;
  const boxWidth = Math.min(width, widest);
  const boxHeight = Math.min(height, lines.length + 2);
  return (
    <Box
      position="absolute"
      top={Math.ceil((height - boxHeight) / 2)}
      left={Math.floor((width - boxWidth) / 2)}
      width={boxWidth}
      height={boxHeight}
      flexDirection="column"
    >
      <Lines
        lines={panel(
          { title: [span("keys")], note: [span("? closes", faint)], width: boxWidth, height: boxHeight },
          lines,
        )}
      />
    </Box>
  );
}
