import type { Allowed } from "../drive/scenario.ts";

/** Differences that are meant, each with its reason. */
export const allowed: readonly Allowed[] = [
  {
    scenario: /may not be read$/,
    path: /\.output$|^order|^items|^rollouts/,
    ours: /Permission denied \(os error 13\)|^\[\]$|^$/,
    reason: "the reference shows images, and reads files for patches, that the profile denies",
  },
  {
    path: /^requests\[\d+\]\.(headers|body\.client_metadata)\.x-codex-turn-metadata$/,
    ours: /^(?!.*workspaces)/,
    reference: /workspaces/,
    reason: "facts of the repository are gathered beside the turn: the first requests may go out before they are known",
  },
  {
    path: /^requests\[\d+\]\.(headers|body\.client_metadata)\.x-codex-turn-metadata$/,
    ours: /workspaces/,
    reference: /^(?!.*workspaces)/,
    reason: "facts of the repository are gathered beside the turn: the reference may be the later one to know them",
  },
  {
    scenario: /^compacted, then rolled back: |^random .* behind a compaction$/,
    path: /^requests\[\d+\]\.body\.input\[\d+…\]$|replacement_history\[\d+…\]$/,
    ours: /"(prompt|turn) \d+"/,
    reference: /^\[\]$/,
    reason: "a compaction that is rolled back is as if it had not been; the reference loses the turns before it",
  },
  {
    scenario: /^counts before and after a full window$/,
    path: /total(_token_usage|TokenUsage)?\.(input|output)_?[tT]okens$/,
    reason: "what was counted before the window was full stays counted (decision 0370)",
  },
  {
    scenario: /^random .* with a full window/,
    path: /total(_token_usage|TokenUsage)?\.(cached_?|reasoning_?)?([iI]nput|[oO]utput)_?[tT]okens$/,
    reason: "what was counted before the window was full stays counted (decision 0370)",
  },
  {
    scenario: /^random/,
    path: /^tools\[\d+\]\.params\.requestId$/,
    reason: "calls that are made at once ask in no fixed order, and questions are numbered in that order",
  },
  {
    scenario: /^random/,
    path: /^requests\[\d+\]\.(headers|body\.client_metadata)\.x-codex-turn-metadata$/,
    ours: /has_changes\\":false/,
    reference: /has_changes\\":true/,
    reason: "the reference leaves its sandbox's empty .codex behind when a terminal is ended, and git sees it",
  },
  {
    scenario: /^random/,
    path: /^notes\.(end \d+|\d+ read)\.result\.thread\.preview$/,
    ours: /^"turn \d+"$/,
    reference: /^""$/,
    reason: "a thread is described by its first words at once; the reference's index may not know them yet",
  },
  {
    scenario: /^outputs in other encodings, generated$/,
    path: /utput$/,
    ours: /畹\ue2ed/,
    reference: /畹𡛁/u,
    reason: "Node's decoder of Big5 has no characters of Hong Kong",
  },
  {
    scenario: /^compacted, then rolled back: between two compactions$/,
    path: /^requests\[4\]\.body\.input\[1\]/,
    ours: /SUMMARY 1/,
    reference: /prompt 2/,
    reason:
      "a compaction that is rolled back is as if it had not been; the reference keeps a prompt that was rolled back",
  },
  {
    scenario: /^a review/,
    path: /(params\.turn\.id|payload\.turn_id)$/,
    reason:
      "the reference starts a review's turn under the id of the reviewer's own turn, which no client has been told of",
  },
  {
    scenario: /^a review/,
    path: /^rollouts\[0\]\[/,
    ours: /^\[\]$/,
    reference: /user_message/,
    reason: "the reference writes the reviewer's prompt twice",
  },
  {
    path: /payload\.info\.(last|total)_token_usage\.total_tokens$|tokenUsage\.last\.totalTokens$/,
    reason: "an estimate after a compaction or a rollback, which counts each program's own instructions",
  },
  {
    path: /params\.message$/,
    reference: /Heads up: Long threads/,
    ours: /Heads up: long threads/,
    reason: "our own warning after a compaction",
  },
  {
    scenario: /^an empty prompt$/,
    path: /params\.turn\.(status|error)$/,
    reason: "the reference reports the refused empty prompt once more, as the error of the next turn, which succeeded",
  },
  {
    path: /error\.additionalDetails$/,
    ours: /ECONNRESET/,
    reference: /error decoding response body/,
    reason: "a broken connection is named by its cause",
  },
  {
    scenario: /^an interrupted compaction$/,
    path: /^requests\[2\]\.body\.input\[/,
    ours: /^\[\]$/,
    reference: /SUMMARY/,
    reason:
      "a hand-over note that was interrupted is no part of the conversation; the reference leaves it in memory only",
  },
  {
    scenario: /^an image that the server made$|^images that the server makes/,
    path: /^requests\[\d+\]\.body\.input\[|^rollouts\[0\]\[|savedPath$/,
    ours: /^\[\]$|^$/,
    reference: /where images are|generated_images/,
    reason: "the reference saves an image a first time when it is announced, before there is anything in it",
  },
  {
    scenario: /^two items at once$/,
    path: /^order|^items/,
    ours: /^\[\]$/,
    reference: /"b"|agentMessage/,
    reason: "an item that was started is not started a second time when another one ended before it",
  },
  {
    scenario: /^one call id for two calls$/,
    path: /^items\[1\]\.started\[\d\]\.command(Actions\[0\]\.command)?$/,
    reason: "calls that run beside each other begin in no fixed order, and these share an id",
  },
  {
    scenario: /^a user message of the model$/,
    path: /^order|^items|^rollouts\[0\]\[8/,
    reason: "what a model writes in the person's name is not shown to clients as the person's words",
  },
  {
    scenario: /^the server compacts to what cannot be read$/,
    path: /error\.message$/,
    ours: /the compacted conversation could not be read/,
    reference: /expected ident at line 1/,
    reason: "the words of the reference's JSON reader; ours say what could not be read",
  },
  {
    scenario: /^large files and folders stay out of snapshots$/,
    path: /params\.message$/,
    ours: /^"Too large for the snapshot/,
    reference: /^"Repository snapshot ignored/,
    reason: "our own words about what a snapshot leaves out",
  },
  {
    scenario: /^items of the server with more and less/,
    path: /payload\.output$/,
    ours: /^"failed to parse tool_search arguments: /,
    reference: /^"failed to parse tool_search arguments: .* expected struct SearchToolCallParams"$/,
    reason: "the reference names a type of its own",
  },
  {
    path: /(output|aggregatedOutput)$/,
    ours: /Failed to execvp/,
    reference: /panicked at linux-sandbox/,
    reason:
      "the reference's sandbox says that it panicked when a program is not there; ours says the same without that",
  },
  {
    scenario: /^commands in a folder that is not there, in the sandbox$/,
    path: /^requests\[\d+\]\.body\.input\[6\]\.output$|^rollouts\[0\]\[14\]\.payload\.output$|^order|^items/,
    reference: /<root>|commandExecution/,
    reason: "a terminal in a folder that is not there does not open in the person's home instead",
  },
  {
    scenario: /^random/,
    path: /forkedFromId$/,
    reference: /^null$/,
    reason: "the reference forgets where a thread comes from when it rolls it back",
  },
  {
    scenario: /^random/,
    path: /content\[\d+…\]$/,
    ours: /^\[\]$/,
    reference: /^\[\{"text":"<personality_spec> …","type":"input_text"\}\]$/,
    reason: "a model that is given the same instructions as the one before it has been told how to speak",
  },
  {
    scenario: /^a free text for a tool that takes arguments$/,
    path: /^/,
    reason:
      "a call of the wrong kind ends the turn with an error, as it is specified; the reference leaves it unanswered and asks the model again",
  },
  {
    scenario: /^(arguments|values|steps of odd kinds) /,
    path: /output$/,
    ours: /: (invalid type: .*, expected a map|expected value) at line/,
    reference:
      /expected struct|expected value at|unknown variant|invalid length|"Plan updated"|Process exited with code 0|number out of range/,
    reason: "arguments are objects, and choices are texts (decision 0371)",
  },
  {
    scenario: /^(arguments|values|steps of odd kinds) /,
    path: /^(order|items)/,
    ours: /^\[\]$/,
    reason: "arguments are objects (decision 0371)",
  },
  {
    scenario: /^arguments of .* that are no object$/,
    path: /output$/,
    ours: /: (trailing characters|expected `:`|expected value) at line/,
    reason: "what is no JSON is told before what it says is looked at (decision 0371)",
  },
  {
    scenario: /^lists of models that are wrong$/,
    path: /is \[3?\]$|no JSON$/,
    ours: /invalid type: sequence, expected struct|in JSON at position/,
    reason: "members of a model stand under their names; what is no JSON is told in the words of our reader",
  },
  {
    scenario: /^rights that calls ask for: .*, one by one/,
    path: /^order/,
    reference: /turn\/diff\/updated|<root>\/p3\.txt/,
    reason: "a declined patch that would have moved a file leaves its earlier changes in the turn's diff",
  },
  {
    scenario: /^(names that are no tools|tools of the client: searched for)$/,
    path: /payload\.output$/,
    ours: /^"failed to parse tool_search arguments: /,
    reference: /expected struct SearchToolCallParams"$/,
    reason: "the reference names a type of its own",
  },
  {
    scenario: /^permissions that the model asks for: /,
    path: /output$/,
    ours: /^"failed to parse function arguments: (invalid type|unknown (variant|field))/,
    reference: /expected struct|untagged enum|unknown field/,
    reason: "permissions that cannot be read are answered with what is wrong in them",
  },
  {
    scenario: /^tools of the client: one of a built-in name$/,
    path: /^requests\[\d\]\.body\.tools\[/,
    ours: /^\[\]$/,
    reference: /"name":"update_plan"/,
    reason: "a tool of the client with a built-in name takes the place of the built-in one; the reference lists both",
  },
  {
    scenario: /^tools of the client: schemas of every kind$/,
    path: /\[\]\}*\.message$/,
    ours: /invalid type: sequence, expected struct JsonSchema/,
    reason: "a list is no schema; the reference counts its members",
  },
];
