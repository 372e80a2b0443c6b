/**
 * What daemons log where they are asked to reload, do not take the new configuration and go on with the old one, of
 * which they tell nobody else. With the new one they would not start.
 */
export const reloadRefusals: ReadonlyMap<string, RegExp> = new Map([
  // Beside these its master logs what becomes of its children.
  [
    "dovecot",
    /^master: (?:Error|Fatal): (?:Config reload failed|Error reading configuration|service\([^)]*\): (?:listen|bind|net_listen_unix|mkfifo)\()/,
  ],
]);
