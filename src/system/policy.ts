import { createConnection } from "node:net";

/** Milliseconds for an answer. */
const patience = 30_000;

/**
 * Asks a policy service of Postfix on a socket of this machine (SMTPD_POLICY_README). Returns the action; `undefined` where
 * no such service is there.
 */
export function askPolicy(
  socketPath: string,
  attributes: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path: socketPath });
    let received = "";
    socket.setTimeout(patience, () => socket.destroy(new Error(`no answer of ${socketPath}`)));
    socket.on("error", (error) => {
      if ("code" in error && (error.code === "ENOENT" || error.code === "ECONNREFUSED")) resolve(undefined);
      else reject(error);
    });
    socket.on("close", () => reject(new Error(`no answer of ${socketPath}`)));
    socket.on("data", (piece) => {
      received += piece.toString("utf8");
      const [, action] = /^action=(.*)\n/m.exec(received) ?? [];
      if (action === undefined) return;
      resolve(action);
      socket.end();
    });
    const rows = Object.entries({ request: "smtpd_access_policy", protocol_state: "RCPT", ...attributes });
    socket.write(`${rows.map(([name, value]) => `${name}=${value}\n`).join("")}\n`);
  });
}
