import { Box } from "ink";
import type { ReactNode } from "react";
import { fitLine, span } from "../drawing/styled-line.ts";
import { footerLine } from "./footer-hints.ts";
import { Figures, frameRows, Header, LogLine } from "./frame.tsx";
import { Help } from "./help.tsx";
import { CommandPalette } from "./palette/command-palette.tsx";
import { promptLine } from "./prompt.ts";
import { screens } from "./screens.tsx";
import { SettingsPanel } from "./settings/settings-panel.tsx";
import type { DashboardState } from "./state.ts";
import { StreamScreen } from "./stream-screen.tsx";
import { Lines } from "./theme.tsx";
import type { View } from "./view.ts";
import { commandsFor, keysToHint, keysToShow, screenOf } from "./vocabulary.ts";
import { Waiting } from "./waiting.tsx";

/** The smallest terminal that the dashboard is drawn in. */
const minimumSize = { columns: 60, rows: 18 } as const;

/** Whether a terminal has too little room for the dashboard. */
export function isTooSmall(columns: number, rows: number): boolean {
  return columns < minimumSize.columns || rows < minimumSize.rows;
}

/** What is drawn, and the room for it in cells. */
interface DrawnProps {
  readonly state: DashboardState;
  readonly view: View;
  readonly width: number;
  readonly height: number;
}

/** The dashboard as a picture: the frame, in it the screen, and over both what was opened last. */
export function DrawnApp({
  ascii,
  ...drawn
}: DrawnProps & {
  /** Whether the terminal has no other characters. */
  readonly ascii: boolean;
}): ReactNode {
  const { state, view, width, height } = drawn;
  const isStream = state.info?.stream !== undefined;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Header state={state} screens={screens} current={view.screen} width={width} />
      <Figures state={state} width={width} />
      <Box width={width} height={height - frameRows}>
        <Body state={state} view={view} width={width} height={height - frameRows} />
      </Box>
      <LogLine state={state} width={width} />
      {view.prompt !== undefined && state.info !== undefined ? (
        <Lines lines={[promptLine(view.prompt, state.info, width)]} />
      ) : (
        <Lines lines={[footerLine(keysToHint(view, ascii, isStream), width)]} />
      )}
      {view.help && <Help keyTable={keysToShow(view, ascii)} width={width} height={height} />}
      {view.settings !== undefined && state.config !== undefined && (
        <SettingsPanel view={view.settings} config={state.config} width={width} height={height} />
      )}
      {view.commandLine !== undefined && (
        <CommandPalette
          line={view.commandLine}
          commands={commandsFor(isStream)}
          width={width}
          height={height}
        />
      )}
    </Box>
  );
}

/** What stands in place of the picture where there is no room for it. */
export function TooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }): ReactNode {
  const needed = `${minimumSize.columns} x ${minimumSize.rows}`;
  const words = `Needs a terminal of ${needed}, this one is ${columns} x ${rows}.`;
  return <Lines lines={[fitLine([span(words)], columns)]} />;
}

function Body({ state, view, ...room }: DrawnProps): ReactNode {
  const { info } = state;
  if (info === undefined) return <Waiting log={state.log} {...room} />;
  if (info.stream !== undefined) {
    return <StreamScreen state={state} info={info} stream={info.stream} view={view} {...room} />;
  }
  const Screen = screenOf(view)?.component;
  return Screen && <Screen state={state} info={info} view={view} {...room} />;
}
