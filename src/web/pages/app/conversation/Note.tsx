interface Props {
  text: string | null | undefined
  className?: string
}

/** What somebody says beside their status, on one line; all of it where one points. */
export function Note({ text, className = 'app-note' }: Props) {
  if (text === null || text === undefined || text === '') return null
  return (
    <span className={className} title={text} dir="auto">
      {text}
    </span>
  )
}
