import type { Allowed } from "../drive/scenario.ts";

/** Differences that are meant, each with its reason. */
export const allowed: readonly Allowed[] = [
  {
    path: /\.userAgent$/,
    reason: "the user agent names this program, too, and its header has ASCII letters only",
  },
  {
    path: /^notes\..*\.result\.data\[\d+\]\.(availabilityNux|upgradeInfo\.migrationMarkdown)$/,
    reason: "the catalogue's prose is our own",
  },
  {
    path: /^notes\..*\.result\.data\[\d+\]\.(announcement|description)$/,
    ours: /^"/,
    reason: "features are described in our own words",
  },
  {
    scenario: /^a review of/,
    path: /^told\[\d+\]\.params\.(turn|item)\.id$/,
    reason:
      "the reference starts a review's turn under the id of the reviewer's own turn, which no client has been told of",
  },
  {
    scenario: /fork|after its first turn/,
    path: /^threads\[\d+\]\.params\.thread\.turns\[/,
    reason: "thread/started introduces a fork without its turns, as every other thread: they came with the answer",
  },
  {
    scenario: /^forks$/,
    path: /^notes\.list\.result\.data\[\d+\]\.forkedFromId$/,
    reference: /^null$/,
    reason: "the reference's index does not know where a thread comes from, its files do",
  },
  {
    scenario: /ephemeral/,
    path: /^notes\.read\.result\.thread\.(preview|forkedFromId)$/,
    reason: "a thread in memory is described as fully as one on disk",
  },
  {
    scenario: /archived thread/,
    path: /^notes\.unarchive\.result\.thread\.gitInfo$/,
    reason: "what a client corrected of a thread's repository stays corrected when it leaves the archive",
  },
  {
    scenario: /nothing was said/,
    path: /^notes\.(unarchive|summary)\./,
    reason: "the reference archives a thread without a message and then cannot read it any more",
  },
  {
    scenario: /nothing was said/,
    path: /^told\[/,
    ours: /thread\/unarchived/,
    reason: "what came out of the archive is told of; the reference fails after it moved the file",
  },
  {
    path: /^notes\..*\.(createdAtMs|modifiedAtMs)$/,
    reason: "two runs, and the reference's build knows no time of birth",
  },
  {
    path: /^notes\..*\.entries\[\d+\]\./,
    reason: "entries of a folder are sorted here; the reference lists them as the file system has them",
  },
  {
    scenario: /^the end of a server at work$/,
    path: /^notes\.turn/,
    reason: "the end of the last turn reaches its client before the door is closed",
  },
  {
    scenario: /^searching files once$/,
    path: /\.result\.files\[/,
    reference: /node_modules/,
    reason: "files of installed packages are not looked for here; the reference goes by ignore files alone",
  },
  {
    scenario: /^searching files in a session$/,
    path: /^told\[/,
    reason: "the reference tells of results that are not there yet, too",
  },
  {
    scenario: /^skills$/,
    path: /with further roots/,
    reason: "the reference answers from what it found before, without the further roots",
  },
  {
    scenario: /^results of commands$/,
    path: /^notes\.folder\.result\.stdout$/,
    reason: "the folder of the run",
  },
  {
    scenario: /^two questions at once$/,
    path: /^told\[/,
    reason: "the reference asks in the order in which its tasks come to it",
  },
  {
    scenario: /^settings that do not load$/,
    path: /error\.message$/,
    reason: "each program's TOML reader has words and places of its own",
  },
  {
    path: /^notes\.\{"dynamicTools":\["text"\]\}/,
    reason: "the name of an internal type",
  },
  {
    scenario: /^what makes a thread younger$/,
    path: /^notes\.a memory mode\.(list|read)$/,
    reason: "a memory mode is kept beside the record, which does not become younger by it",
  },
  {
    scenario: /^what makes a thread younger$/,
    path: /tokenUsage\.last\.totalTokens$/,
    reason: "an estimate after a rollback, which counts each program's own instructions",
  },
  {
    scenario: /^what makes a thread younger$|^a session file with/,
    path: /^threads\[\d+\]\.params\.thread\.turns\[/,
    reason: "thread/started introduces a fork without its turns, as every other thread: they came with the answer",
  },
  {
    scenario: /^pages of threads$/,
    path: /^notes\.desc back\.result\.data/,
    reference: /^\[\]$/,
    reason:
      "the reference cuts the milliseconds off the time of a start, and loses the thread at which a list turns around",
  },
  {
    scenario: /^cursors of lists both ways$/,
    path: /^notes\.created_at/,
    reason:
      "the reference cuts the milliseconds off the time of a start, and loses the thread at which a list turns around",
  },
];
