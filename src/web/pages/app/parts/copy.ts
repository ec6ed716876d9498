/** Puts text on the clipboard. Rejects where the browser does not let the page: without https there is no clipboard, and the old way remains. */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text)
  const holder = document.createElement('textarea')
  holder.value = text
  holder.className = 'app-unseen'
  const before = document.activeElement
  // What lies outside of an open dialog takes no focus.
  const place = before?.closest('dialog') ?? document.body
  place.append(holder)
  holder.select()
  const done = document.execCommand('copy')
  holder.remove()
  if (before instanceof HTMLElement) before.focus()
  if (!done) throw new Error('The browser did not copy.')
}

/** Gives the text to the browser as a file. */
export function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The browser has begun by the next turn of the loop, and holds the bytes itself.
  setTimeout(() => URL.revokeObjectURL(url))
}
