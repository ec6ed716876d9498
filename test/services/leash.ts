/**
 * A process of its own that waits for this one to end, by whatever means (a kill -9 too: the pipe closes), and then stops `pid` and removes
 * `directory`. What a test run starts never outlives it.
 */
export function leash(pid: number, signal: 'INT' | 'TERM', directory: string): void {
  const script =
    'cat > /dev/null; kill -$1 $2 2> /dev/null; n=0; while kill -0 $2 2> /dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done; rm -rf "$3"'
  const child = Bun.spawn(['/bin/sh', '-c', script, 'leash', signal, String(pid), directory], {
    cwd: '/',
    detached: true,
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
  })
  child.unref()
  held.push(child)
}

// The pipe closes when its writer is collected.
const held: unknown[] = []
