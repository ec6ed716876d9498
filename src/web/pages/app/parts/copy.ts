export { copyText as copy } from 'veza-react-components'

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
