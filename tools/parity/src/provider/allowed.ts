import type { Allowed } from "../drive/scenario.ts";

/** Differences that are meant, each with its reason. */
export const allowed: readonly Allowed[] = [
  {
    path: /headers\.user-agent$/,
    ours: /; codex-ts [0-9.]+\)/,
    reason: "servers are told which program it is",
  },
  {
    path: /headers\.accept-encoding$/,
    ours: /^"identity"$/,
    reason: "nothing is decompressed, so none is asked for: whoever compresses a stream holds it back",
  },
  {
    path: /^beside\[\d+\]\.headers\.(originator|user-agent)$/,
    ours: /^$/,
    reason: "the issuer of logins is told no more than the renewal needs",
  },
  {
    path: /(params\.message|error\.(message|additionalDetails))$/,
    ours: /websocket connection timed out after \d+ ms"$/,
    reference: /timeout waiting for child process to exit"$/,
    reason: "a connection that does not come about is named by its cause",
  },
  {
    path: /(error\.(message|additionalDetails)|params\.message)$/,
    ours: /url: [^?]*\?[av]=\.\.\.[",]/,
    reason: "what stands in the query of an address may be a secret",
  },
  {
    scenario: /^sse: a key with spaces around$/,
    path: /headers\.authorization$/,
    ours: /^"Bearer sk-env"$/,
    reason: "blanks around a key are no part of it; with a line break the reference sends none",
  },
  {
    path: /^threads\.sse: failed [a-z_]+ without words\..*error\.(message|additionalDetails)$/,
    ours: /response\.failed event received"$/,
    reference: /before completion: "$/,
    reason: "an error without words is told in some",
  },
  {
    path: /^threads\.sse: bytes that are no UTF-8\..*error\.(message|additionalDetails)$/,
    ours: /UTF8 error: invalid utf-8 sequence"$/,
    reference: /UTF8 error: invalid utf-8 sequence of 1 bytes from index 0"$/,
    reason: "the place within a piece of the stream tells nobody anything",
  },
  {
    path: /^threads\.sse: a byte order mark\./,
    reason: "a byte order mark is legal; the reference loses the first event and tries again",
  },
  {
    scenario: /^sse: a token command that is asked again soon$/,
    path: /requests\[1\]\.headers\.authorization$/,
    ours: /^"Bearer token-3"$/,
    reference: /^"Bearer token-4"$/,
    reason: "no token is fetched that is not sent",
  },
  {
    scenario: /^ws: pauses between (streams|handshakes)$/,
    path: /pauses\[(3|6)\]$/,
    ours: /^0$/,
    reference: /^200$/,
    reason: "going over to HTTP, where nobody waits: the reference takes 100 ms and more to make its client",
  },
  {
    scenario: /: generated /,
    path: /\.told\[\d+…\]$/,
    ours: /^\[\]$/,
    reference:
      /^\[\{"method":"item\/started","params":\{"item":\{"id":"m","memoryCitation":null,"phase":null,"text":"SUMMARY: said"/,
    reason: "an item that another one interrupts began once; the reference tells its start again at its end",
  },
  {
    scenario: /^sse: Amazon's (region that it does not have|token without a region)$/,
    path: /told\[0…\]$/,
    ours: /^\[\]$/,
    reference: /^\[\{"method":"warning","params":\{"message":"Model metadata for `gpt-5\.2` not found\./,
    reason: "which models Amazon serves is not listed here: the catalogue's are taken for its own",
  },
  {
    scenario: /^sse: an address that is none$/,
    path: /\.told\[3…\]$/,
    ours: /\(invalid URL\)/,
    reference: /builder error/,
    reason: "an address that is none will not be one at the next attempt",
  },
  {
    scenario: /^sse: a redirect /,
    path: /headers\.referer$/,
    reference: /\/responses"$/,
    reason: "another server is not told which address sent us on",
  },
  {
    scenario: /^login: models/,
    path: /^notes\..*\.result\.data\[\d+\]\.(availabilityNux|upgradeInfo\.migrationMarkdown)$/,
    reason: "the catalogue's prose is our own",
  },
  {
    scenario: /^login: models: the server says a model without most$/,
    path: /^(beside\[|notes\.|threads\.<id 1>\.requests\[0\]\.(body\.(instructions|parallel_tool_calls|text)|order))/,
    reason: "a list counts although one of its models says little; the reference reads all or none",
  },
  {
    scenario: /^login: a key in the environment$/,
    path: /headers\.authorization$/,
    ours: /^"Bearer sk-env"$/,
    reason: "a key in the environment is used where nobody is logged in",
  },
  {
    scenario: /^login: ahead of time, the issuer says/,
    path: /^beside\[0…\]$/,
    ours: /\/oauth\/token/,
    reference: /\/oauth\/token.*\/oauth\/token/,
    reason: "a renewal that fails is tried where a login is needed; the reference tries it at its own start as well",
  },
  {
    scenario: /^login: states of /,
    path: /limits\.error\.message$/,
    ours: /getaddrinfo|ECONNREFUSED/,
    reference: /error sending request for url/,
    reason: "a connection that does not come about is named by its cause",
  },
  {
    scenario: /^login: (after a 401|401|two 401|handed in)/,
    path: /error\.(message|additionalDetails)$/,
    ours: /ChatGPT login|logged out or in to another account|auth refresh request/,
    reference: /refresh|error decoding response body|missing field/,
    reason: "our own words about a login that cannot be renewed; what the issuer says is not quoted",
  },
  {
    path: /item\.aggregatedOutput$/,
    ours: /^"hi/,
    reference: /^null$/,
    reason: "the reference may report a quick command's end before it has read its output",
  },
  {
    scenario: /: generated /,
    path: /tokenUsage\.total\.(input|output|total)Tokens$/,
    reason: "sums keep what was used when a window is full",
  },
  {
    path: /tokenUsage\.last\.totalTokens$/,
    reason: "an estimate after a compaction, which counts each program's own instructions",
  },
  {
    path: /params\.message$/,
    reference: /Heads up: Long threads/,
    ours: /Heads up: long threads/,
    reason: "our own warning after a compaction",
  },
  {
    path: /error\.(message|additionalDetails)$/,
    ours: /ECONNRESET/,
    reference: /error decoding response body/,
    reason: "a broken connection is named by its cause",
  },
];
