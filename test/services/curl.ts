/** The words of a line as a shell has them: in double quotes `$NAME` is a variable and `\\"` a quote, in single quotes everything is itself. */
export const wordsOf = (line: string, env: Record<string, string>): string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) =>
    double === undefined
      ? (single ?? plain ?? '')
      : double.replaceAll(/\\(.)|\$(\w+)/g, (_, escaped: string | undefined, name: string) => {
          if (escaped === undefined && env[name] === undefined) throw new Error(`nothing has set $${name}: ${line}`)
          return escaped ?? env[name] ?? ''
        }),
  )

/** What `curl` does with these flags. Not every machine that runs the tests has it. */
export function curl(line: string, env: Record<string, string>): Promise<Response> {
  const [command, ...words] = wordsOf(line, env)
  const headers = new Headers()
  const request: { url?: string; method?: string; body?: string } = {}
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-s') continue
    if (word === '-H') headers.append(...((words.shift() ?? '').split(/: (.*)/, 2) as [string, string]))
    else if (word === '-X') request.method = words.shift() ?? ''
    else if (word === '-d') request.body = words.shift() ?? ''
    else if (request.url === undefined && word.startsWith('http')) request.url = word
    else throw new Error(`what is ${word} in: ${line}`)
  }
  if (command !== 'curl' || request.url === undefined) throw new Error(`no curl: ${line}`)
  const { url, body, method = body === undefined ? 'GET' : 'POST' } = request
  return fetch(url, { method, headers, ...(body !== undefined && { body }) })
}
