import type { Places } from "./tree.ts";

/** Where the probe tries to write outside of the case's own folders. */
export const elsewhere = ["/tmp/parity-probe", "/dev/shm/parity-probe", "/parity-probe", "/usr/parity-probe"];

const words = (text: string): string[] => text.trim().split(/\s+/);

const readFiles = words(`
  docs/d.txt docs/private/p.txt docs/private/pub/x.txt sec/s.txt k.txt a.env s/b.env s/deep/c.env s/plain.txt
  src/main.txt flink link/d.txt .git/config .codex/notes.txt gd/config
`).map(name => `$W/${name}`);
const readOutside = words(`
  f.txt x.env docs/d.txt docs/p/q.txt top/t.txt top/x/open/o.txt z/z.txt real/r.txt link/r.txt sec2/s.txt e/y.env
`).map(name => `$O/${name}`);
const folders = words(`
  $W $W/docs $W/docs/private $W/docs/private/pub $W/sec $W/src $W/s $W/sub/.git $W/gd $W/.git $W/.git/hooks $W/.codex
  $W/.agents $O $O/docs $O/docs/p $O/top $O/top/x/open $O/z $O/z/.git $O/real $O/real/.git $O/link $O/sec2 $T
  $H/memories
`);

/** Devices that programs write to without a thought. */
const devices = ["/dev/null", "/dev/zero"];

/** Attempts that change things, in this order, after all others. */
const changes = `
mkdir $W/.git
mkdir $W/.codex
mkdir $W/.agents
mkdir -p $W/later/deep
rm -rf $W/.codex
mv $W/.git $W/moved-git
mv $W/docs/private $W/moved-private
mv $W/sec $W/moved-sec
mv $W/k.txt $W/moved-k
cat $W/moved-k
rm $W/a.env
mv $W/s $W/moved-s
cat $W/moved-s/b.env
ln $O/f.txt $W/hard
rm -r $O/docs/p
mv $O/f.txt $W/taken
ln -sfn $O $W/link
rm -r $O/z/.git
chmod 777 $O/f.txt
mknod $O/p p
mv $W/docs $W/moved-docs
rmdir $O/sec2
touch $W/flink
`
  .trim()
  .split("\n");

/**
 * A shell script that tries to read, write and reach things, and prints one line an attempt. It goes to `bash -c` as an
 * argument: a file could be hidden from the command.
 */
export function probeScript({ W, O, H, T }: Places, port: number, hostPid: number): string {
  const name = (word: string): string => `"${word}"`;
  return [
    `PATH=/usr/local/bin:/usr/bin:/bin W='${W}' O='${O}' H='${H}' T='${T}'`,
    "shopt -s dotglob nullglob",
    "say() { printf '%s\\n' \"$*\"; }",
    // What attempts say goes to standard error: /dev/null itself is one of the things that may not be usable.
    'try() { local what=$1; shift; if "$@" >&2; then say "$what yes"; else say "$what no"; fi; }',
    // Root reads a masked file as empty, others not at all: both are "hidden". Without other programs: they are slow.
    'r() { local c=; IFS= read -r c < "$1"; say "read $1 ${c:-hidden}"; }',
    'l() { local c=("$1"/*); c=("${c[@]##*/}"); say "list $1 ${c[*]:-nothing}"; }',
    'append() { echo x >> "$1"; }',
    'make() { : > "$1/parity-new"; }',
    'tcp() { (exec 3<>"/dev/tcp/127.0.0.1/$1"); }',
    'udp() { (echo x > "/dev/udp/127.0.0.1/$1"); }',
    "say started",
    ...devices.map(device => `try 'use ${device}' append ${device}`),
    ...[...readFiles, ...readOutside].map(file => `r ${name(file)}`),
    ...folders.map(folder => `l ${name(folder)}`),
    ...[...readFiles, ...readOutside].map(file => `try ${name(`append ${file}`)} append ${name(file)}`),
    ...folders.map(folder => `try ${name(`make ${folder}`)} make ${name(folder)}`),
    ...elsewhere.map(file => `try 'append ${file}' append '${file}'`),
    `try tcp tcp ${port}`,
    `try udp udp ${port}`,
    `try 'see host processes' test -e /proc/${hostPid}/status`,
    `try 'signal host processes' kill -0 ${hostPid}`,
    'say "marker ${CODEX_SANDBOX_NETWORK_DISABLED-unset} ${CODEX_SANDBOX-unset}"',
    'while read -r key value; do case $key in NoNewPrivs:|Seccomp:) say "$key $value";; esac; done < /proc/self/status',
    ...changes.map(command => `try ${name(command)} ${command.replaceAll(/\$\S+/g, '"$&"')}`),
    "try 'append to hard link' append \"$W/hard\"",
    "exit 7",
  ].join("\n");
}
