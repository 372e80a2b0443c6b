/** What stands for olefy in scenarios, installed as its authors do it, and documents that it finds something in. */
import { readFileSync } from "node:fs";
import type { Container } from "./container.ts";

export const olefyUnit = "/etc/systemd/system/olefy.service";

const program = readFileSync(new URL("./olefy.py", import.meta.url));

export async function installOlefy(container: Container): Promise<void> {
  await container.write("/usr/local/bin/olefy.py", program);
  const start = "EnvironmentFile=/etc/olefy.conf\nExecStart=/usr/bin/python3 /usr/local/bin/olefy.py\n";
  await container.write(olefyUnit, `[Service]\n${start}[Install]\nWantedBy=multi-user.target\n`);
  await container.must(["systemctl", "daemon-reload"]);
}

/** A compound file is known by its first bytes; the word says what olefy answers. */
export function document(word: string): Buffer {
  return Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(1000, `${word} `, "latin1")]);
}

/** The same as XML, which Windows opens with the program that it names. */
export function xmlDocument(word: string): Buffer {
  const head = `<?xml version="1.0"?>\n<!-- ${"x".repeat(5000)} -->\n<?mso-application progid="Word.Document"?>\n`;
  return Buffer.from(`${head}<a>${`${word} `.repeat(60)}</a>\n`);
}
