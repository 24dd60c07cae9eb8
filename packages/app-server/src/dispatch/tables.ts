/**
 * What needs the protocol's tables. Loaded with the first request that is not a plain `initialize`, so that the handshake
 * does not wait for every schema of the protocol.
 */
export { DecodeError, decodeClientRequest, requestGate } from "@codex-ts/protocol";
