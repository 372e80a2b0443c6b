import type { ApplyOutcome, ApplyRecord, KeptFile, KeptUnit } from "./ledger.ts";

/** A row of one of the ledger's tables, by the names of its columns. */
export type Row = Record<string, string | number | Uint8Array | null>;

export function keptFile(row: Row): KeptFile {
  return {
    path: String(row["path"]),
    bytes: row["bytes"] instanceof Uint8Array ? row["bytes"] : undefined,
    link: typeof row["link"] === "string" ? row["link"] : undefined,
    mode: Number(row["mode"]),
    uid: Number(row["uid"]),
    gid: Number(row["gid"]),
    units: JSON.parse(String(row["units"])),
    managed: row["managed"] === null ? undefined : JSON.parse(String(row["managed"])),
  };
}

export function keptUnit(row: Row): KeptUnit {
  return {
    unit: String(row["unit"]),
    active: row["active"] === 1,
    failed: row["failed"] === 1,
    enabled: row["enabled"] === 1,
    wanted: String(row["wanted"]) as KeptUnit["wanted"],
    verbs: JSON.parse(String(row["verbs"])),
  };
}

export function applyRecord(row: Row): ApplyRecord {
  return {
    revision: Number(row["rev"]),
    at: Number(row["at"]),
    actor: String(row["actor"]),
    via: String(row["via"]),
    event: String(row["event"]),
    args: JSON.parse(String(row["args"])),
    settings: Number(row["settings"]),
    outcome: String(row["result"]) as ApplyOutcome,
    detail: String(row["detail"]),
  };
}
