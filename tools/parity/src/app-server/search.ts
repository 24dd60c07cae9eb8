import { asking, scenario } from "./stage.ts";

const files = Object.fromEntries(
  [
    "src/alpha.ts",
    "src/beta.ts",
    "src/deep/alphabet.md",
    "README.md",
    "a b/c.txt",
    ".hidden",
    "node_modules/x/alpha.js",
  ].map(name => [`work/${name}`, name]),
);

/** Searching files, differences of repositories, summaries. */
export const search = [
  asking(
    "searching files once",
    [
      ["a name", "fuzzyFileSearch", drive => ({ query: "alpha", roots: [drive.place.work], cancellationToken: null })],
      ["a path", "fuzzyFileSearch", drive => ({ query: "deep/alp", roots: [drive.place.work] })],
      ["scattered letters", "fuzzyFileSearch", drive => ({ query: "rdm", roots: [drive.place.work] })],
      ["capitals", "fuzzyFileSearch", drive => ({ query: "README", roots: [drive.place.work] })],
      ["two words", "fuzzyFileSearch", drive => ({ query: "src beta", roots: [drive.place.work] })],
      ["nothing", "fuzzyFileSearch", drive => ({ query: "", roots: [drive.place.work] })],
      ["what is not there", "fuzzyFileSearch", drive => ({ query: "zzzz", roots: [drive.place.work] })],
      ["nowhere", "fuzzyFileSearch", { query: "a", roots: [] }],
      ["in no folder", "fuzzyFileSearch", { query: "a", roots: ["/no/such"] }],
      [
        "with a token",
        "fuzzyFileSearch",
        drive => ({ query: "beta", roots: [drive.place.work], cancellationToken: "t" }),
      ],
    ],
    { files },
  ),
  scenario("searching files in a session", { script: [], files }, async drive => {
    const roots = [drive.place.work];
    await drive.note("no id", "fuzzyFileSearch/sessionStart", { sessionId: "", roots });
    await drive.note("update of none", "fuzzyFileSearch/sessionUpdate", { sessionId: "s", query: "a" });
    await drive.note("stop of none", "fuzzyFileSearch/sessionStop", { sessionId: "s" });
    await drive.note("start", "fuzzyFileSearch/sessionStart", { sessionId: "s", roots });
    await drive.note("update", "fuzzyFileSearch/sessionUpdate", { sessionId: "s", query: "alphabet" });
    // The empty query of the start is answered, too, and the reference tells of results that are not there yet.
    await drive.until(
      "fuzzyFileSearch/sessionUpdated",
      ({ query, files }) => query === "alphabet" && (files as unknown[]).length > 0,
    );
    await drive.note("stop", "fuzzyFileSearch/sessionStop", { sessionId: "s" });
    await drive.note("update after the end", "fuzzyFileSearch/sessionUpdate", { sessionId: "s", query: "a" });
    const found = drive.wire.messages.findLast(({ method }) => method === "fuzzyFileSearch/sessionUpdated");
    drive.notes["found"] = found?.params;
  }),
  asking("a difference without a repository", [
    ["diff", "gitDiffToRemote", drive => ({ cwd: drive.place.work })],
    ["nowhere", "gitDiffToRemote", { cwd: "/no/such/folder" }],
    ["relative", "gitDiffToRemote", { cwd: "x" }],
  ]),
  asking("a difference without a remote", [["diff", "gitDiffToRemote", drive => ({ cwd: drive.place.work })]], {
    git: true,
    files: { "work/a.txt": "a\n" },
  }),
  asking("summaries of what is not there", [
    ["id", "getConversationSummary", { conversationId: "01a1fbc0-92e9-74b1-8dc6-66fdd1792eed" }],
    ["no id", "getConversationSummary", { conversationId: "x" }],
    ["file", "getConversationSummary", { rolloutPath: "/no/such.jsonl" }],
    ["relative file", "getConversationSummary", { rolloutPath: "such.jsonl" }],
    ["both", "getConversationSummary", { rolloutPath: "/x", conversationId: "01a1fbc0-92e9-74b1-8dc6-66fdd1792eed" }],
  ]),
  scenario("a summary", { script: ["ok"], git: true }, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "words to remember");
    await drive.note("by id", "getConversationSummary", { conversationId: thread });
    const read = await drive.call("thread/read", { threadId: thread });
    await drive.note("by file", "getConversationSummary", { rolloutPath: (read["thread"] as { path: string }).path });
  }),
];
