import { Box, Text } from "ink";
import { type ReactNode, use } from "react";
import { paint } from "../drawing/paint.ts";
import { faint, span } from "../drawing/styled-line.ts";
import { ColorLevelContext } from "./theme.tsx";

/** What is shown before the run is set up: the last things that it said it was doing. */
export function Waiting(props: {
  readonly log: readonly string[];
  readonly width: number;
  readonly height: number;
}): ReactNode {
  const { log, width, height } = props;
  const level = use(ColorLevelContext);
  const shown = log.slice(-Math.max(1, Math.floor(height / 2)));
  return (
    <Box width={width} height={height} flexDirection="column" justifyContent="center" paddingLeft={4}>
      <Text wrap="truncate">{paint([span("Getting ready", { bold: true })], level)}</Text>
      {shown.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages may repeat, and their place is all they have
        <Text key={index} wrap="truncate">
          {paint([span("  › ", faint)], level)}
          {message.replaceAll(/\s+/g, " ")}
        </Text>
      ))}
    </Box>
  );
}
