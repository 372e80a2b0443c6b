import { colourStyle, plainStyle, type Style } from "../format/style.ts";
import type { OutputStream } from "./terminal.ts";

export function styleFor(stream: OutputStream, noColour: boolean): Style | Promise<Style> {
  const { columns, isTerminal } = stream;
  return stream.wantsColour && !noColour ? colourStyle(columns, isTerminal) : plainStyle(columns, isTerminal);
}
