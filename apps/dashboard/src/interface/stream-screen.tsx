import { Box } from "ink";
import { type ReactNode, use } from "react";
import type { ColorLevel } from "../drawing/color.ts";
import { panel } from "../drawing/panel.ts";
import { faint, type Line, span, wrapWords } from "../drawing/styled-line.ts";
import type { RunInfo, StreamInfo } from "../run/protocol.ts";
import { accuracyPanel, lossPanel } from "./curve-panels.ts";
import type { DashboardState } from "./state.ts";
import { ColorLevelContext, Lines } from "./theme.tsx";
import type { View } from "./view.ts";

interface StreamScreenProps {
  readonly state: DashboardState;
  readonly info: RunInfo;
  readonly stream: StreamInfo;
  readonly view: View;
  readonly width: number;
  readonly height: number;
}

/** Width of the panel with the program's options; there is none where the charts would get too narrow beside it. */
const sideWidth = 34;
const leastChartWidth = 56;

/** What there is to see of a run that is watched from outside: its curves, and what the program said about itself. */
export function StreamScreen({ state, info, stream, view, width, height }: StreamScreenProps): ReactNode {
  const level = use(ColorLevelContext);
  if (view.screen !== 1) {
    const words =
      "This screen looks inside a run of gradwerk train. A watched program tells its losses and accuracies only: " +
      "screen 1 shows them.";
    const lines = wrapWords(words, Math.min(60, width - 8)).map((text): Line => [span(text, faint)]);
    return (
      <Box width={width} height={height} flexDirection="column" justifyContent="center" paddingLeft={4}>
        <Lines lines={lines} />
      </Box>
    );
  }
  const hasSide = width - sideWidth >= leastChartWidth;
  const chartWidth = hasSide ? width - sideWidth : width;
  return (
    <Box>
      <Box flexDirection="column" width={chartWidth}>
        <Lines lines={curvePanels(state, info, chartWidth, height, level)} />
      </Box>
      {hasSide && (
        <Box flexDirection="column" width={sideWidth}>
          <Lines lines={factsPanel(state, info, stream, height)} />
        </Box>
      )}
    </Box>
  );
}

/** Accuracy above loss; the loss alone where no accuracy came yet. */
function curvePanels(
  state: DashboardState,
  info: RunInfo,
  width: number,
  height: number,
  level: ColorLevel,
): Line[] {
  const { steps } = info;
  if (state.curves.accuracy.length === 0) return lossPanel(state, { width, height, steps });
  const upper = Math.ceil(height / 2);
  return [
    ...accuracyPanel(state, { width, height: upper, steps }, level),
    ...lossPanel(state, { width, height: height - upper, steps }),
  ];
}

/** The options of the program and, below, what it said last. */
function factsPanel(state: DashboardState, info: RunInfo, { facts }: StreamInfo, height: number): Line[] {
  const width = sideWidth - 4;
  const shown = facts.slice(0, Math.max(0, height - 8));
  const nameWidth = Math.min(14, Math.max(0, ...shown.map(([name]) => name.length)) + 2);
  const options = shown.map(
    ([name, value]): Line => [span(name.slice(0, nameWidth - 1).padEnd(nameWidth), faint), span(value)],
  );
  const room = height - 2 - options.length - 2;
  const said = state.log.flatMap((message) => wrapWords(message, width)).slice(-Math.max(0, room));
  return panel({ title: [span(info.preset)], width: sideWidth, height }, [
    ...options,
    ...(options.length > 0 && said.length > 0 ? [[]] : []),
    ...said.map((text): Line => [span(text, faint)]),
  ]);
}
