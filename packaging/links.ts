/** Commands that are installed under their own names too, as links to the executable. */
export const links: readonly string[] = ["config", "db", "signal-event", "expand-template"];
