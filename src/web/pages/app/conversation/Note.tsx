/** What somebody says beside their status, on one line; all of it where one points. */
export function Note({ text }: { text: string | null | undefined }) {
  if (text === null || text === undefined || text === '') return null
  return (
    <span className="app-note" title={text} dir="auto">
      {text}
    </span>
  )
}
