import type { KeyEntry } from "../entry.ts";
import { together } from "../rules.ts";
import { optionalPath } from "./common.ts";

const events = ["certificate-update"];

export const pki: KeyEntry = {
  database: "configuration",
  match: { key: "pki" },
  types: ["configuration"],
  text: "The certificate of the mail services.",
  events: [],
  properties: {
    CrtFile: {
      kind: optionalPath,
      events,
      text: "The file with the certificate, in PEM; empty: a self-signed one is made.",
    },
    KeyFile: {
      kind: optionalPath,
      events,
      text: "The file with the private key of CrtFile, in PEM and without a passphrase.",
    },
    ChainFile: {
      kind: optionalPath,
      events,
      text: "The file with the certificates between CrtFile and a known authority, in PEM; empty: none are needed, or CrtFile holds them.",
    },
  },
  rules: [together("CrtFile", "KeyFile", "an absolute path")],
};
