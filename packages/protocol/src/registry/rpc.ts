export * from "../rpc/envelopes.ts";
