/** Configuration under which the reference neither calls out nor offers what only its vendor's service has. */
export const QUIET = `
check_for_update_on_startup = false
`;

export const QUIET_TABLES = `
[features]
apps = false
plugins = false
tool_suggest = false
general_analytics = false
shell_snapshot = false
multi_agent = false

[skills]
bundled = { enabled = false }

[analytics]
enabled = false
`;
