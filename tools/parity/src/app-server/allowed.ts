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
    scenario: /fork|after its first turn|whose last turn was refused|^joining|^random/,
    path: /^threads\[\d+\]\.params\.thread\.turns\[/,
    reason: "thread/started introduces a fork without its turns, as every other thread: they came with the answer",
  },
  {
    scenario: /^forks$|^random/,
    path: /^notes\.(end )?(\d+ thread\/)?(list|archive)\.result\.data\[\d+\]\.forkedFromId$/,
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
    scenario: /^what makes a thread younger$|^joined after rollbacks$/,
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
  {
    scenario: /^joining/,
    path: /^notes\.fork in memory\.result\.thread\.turns\[\d+\]\.status$/,
    ours: /^"interrupted"$/,
    reference: /^"inProgress"$/,
    reason: "nothing runs in a copy: the turn that it was cut off from is shown as interrupted, in memory as on disk",
  },
  {
    scenario: /^random/,
    path: /\.thread\.turns\[\d+\]\.status$/,
    ours: /^"interrupted"$/,
    reference: /^"inProgress"$/,
    reason: "nothing runs in a copy: the turn that it was cut off from is shown as interrupted, in memory as on disk",
  },
  {
    scenario: /^random/,
    path: /\.gitInfo\.(branch|sha|originUrl)$/,
    reference: /^"main"$|^"<commit>"$|^null$/,
    reason: "what a client corrected of a thread's repository stays corrected",
  },
  {
    scenario: /^random/,
    path: /^usage\[\d+\]\.params\.tokenUsage\.last\.totalTokens$/,
    reason: "an estimate after a compaction or a rollback, which counts each program's own instructions",
  },
  {
    scenario: /^random/,
    path: /^usage\[\d+\]\.params\.tokenUsage\.total\.\w+$/,
    reference: /^0$/,
    reason: "a window that the server calls full is full, and what was counted before stays counted",
  },
  {
    scenario: /^random/,
    path: /^told\[\d+\]\.params\.turn\.(status|error)$/,
    reference: /input must not be empty|cannot rename thread|^"failed"$/,
    ours: /^null$|^"completed"$/,
    reason: "the reference reports what it refused before once more, as the error of the next turn, which succeeded",
  },
  {
    scenario: /^random/,
    path: /^told\[\d+\]\.params\.item\.content\[0…\]$/,
    ours: /"type":"(skill|mention)"/,
    reference: /^\[\]$/,
    reason:
      "what a person adds to a running turn is shown as they wrote it; the reference leaves out skills and mentions",
  },
  {
    scenario: /^random/,
    path: /\.(stderr|output|aggregatedOutput)$/,
    ours: /Failed to execvp/,
    reference: /panicked at linux-sandbox/,
    reason:
      "the reference's sandbox says that it panicked when a program is not there; ours says the same without that",
  },
  {
    scenario: /^random/,
    path: /params\.message$/,
    ours: /Heads up: long threads/,
    reference: /Heads up: Long threads/,
    reason: "our own warning after a compaction",
  },
  {
    scenario: /^random/,
    path: /^notes\.(end \d+|\d+ thread\/(read|turns\/list))\.error\.(code|message)$/,
    ours: /is not materialized yet|^-32600$/,
    reference: /failed to load thread history|^-32603$/,
    reason: "a thread that was only named is one without a first message; the reference looks for its file and fails",
  },
  {
    scenario: /^random/,
    path: /\.content\[\d+\]\.text_elements\[0…\]$/,
    reference: /^\[\]$/,
    reason:
      "what a person adds to a running turn is shown as they wrote it; the reference leaves out its marked places",
  },
  {
    scenario: /^random/,
    path: /^notes\.(end \d+|\d+ thread\/(read|turns\/list))\.(result|error)$/,
    ours: /is not materialized yet|^$/,
    reference: /"preview":"","source"|^$/,
    reason: "a memory mode is kept beside the record, and makes none for a thread in which nothing was said",
  },
  {
    scenario: /^random/,
    path: /^told\[\d+\]\.params\.item\.content\[0\]\.text$/,
    ours: /^"<permissions instructions> (enabled|restricted)?"$/,
    reference: /^"<permissions instructions> danger-full-access/,
    reason: "a sandbox of somebody else is called one to the model",
  },
  {
    scenario: /^random/,
    path: /\.turns\[\d+\]\.(id|items\[\d+…\])$/,
    ours: /exitedReviewMode|^"<id/,
    reference: /<review prompt>|^"<id/,
    reason:
      "a review runs as the turn that clients were told of, and the reviewer's prompt is not shown as the person's words",
  },
  {
    scenario: /^random/,
    path: /\.thread\.name$/,
    ours: /^null$/,
    reason: "a fork has no name; the reference gives it its source's when it is joined",
  },
  {
    scenario: /^random/,
    path: /^notes\.\d+ thread\/metadata\/update\.error\.(code|message)$/,
    ours: /^-32603$|sqlite state db unavailable/,
    reference: /^-32600$|thread not found/,
    reason: "after a restart nothing is known of a thread in which nothing was said",
  },
  {
    scenario: /^random/,
    path: /^told\[\d+…\]$/,
    ours: /^\[\]$/,
    reference: /^\[\{"method":"warning","params":\{"message":"Model metadata for [^}]*\}\}\]$/,
    reason: "an empty prompt begins no turn, so nothing is said of its model",
  },
  {
    scenario: /^random/,
    path: /^notes\.(end \d+|\d+ thread\/read)\.result\.thread\.(preview|forkedFromId)$/,
    reference: /^(""|null)$/,
    reason: "a thread in memory is described as fully as one on disk",
  },
  {
    scenario: /^random/,
    path: /^notes\.\d+ thread\/resume\.result\.thread\.turns\[\d+\]\.items\[0…\]$/,
    reference: /"status":"inProgress"/,
    ours: /^(?!.*"inProgress")/,
    reason: "a turn that was interrupted is shown as its record has it, without calls that would still run",
  },
  {
    scenario: /^random/,
    path: /^notes\.\d+ thread\/rollback\.error\.message$/,
    ours: /no rollout found for thread id/,
    reference: /failed to load thread history for rollback replay/,
    reason: "the same, in the words that other methods have for it",
  },
  {
    scenario: /^random/,
    path: /\.error\.message$/,
    ours: /invalid type: sequence, expected struct /,
    reference: /invalid length \d+, expected struct /,
    reason:
      "a list in place of a table of settings is refused as that; the reference takes its elements for the table's fields in their order",
  },
  {
    scenario: /^random/,
    path: /^notes\.\d+ interrupt\.(nothing|error)$/,
    ours: /no active turn to interrupt|^$/,
    reference: /^(true)?$/,
    reason: "who interrupts when nothing runs any more is refused; the reference never answers",
  },
  {
    scenario: /^random 3\.57$/,
    path: /^usage\[1[1-4]\]\.params\.tokenUsage\.total\.(input|output)Tokens$/,
    ours: /^(200|300|40|60)$/,
    reference: /^(100|200|20|40)$/,
    reason: "the same: what was counted before the window was full stays counted, and counting goes on from there",
  },
];
