/** The icon of the page, with a dot while something waits for one. Drawn, since a page may show nothing of other hosts and nothing inline. */
const size = 64

const link = (): HTMLLinkElement | null => document.querySelector('link[rel="icon"]')

let plain: string | null = null
let shown = false

export async function markIcon(is_marked: boolean): Promise<void> {
  const icon = link()
  if (icon === null || shown === is_marked) return
  plain ??= icon.href
  shown = is_marked
  if (!is_marked) {
    icon.href = plain
    return
  }
  const image = new Image(size, size)
  image.src = plain
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = size
  canvas.height = size
  const pen = canvas.getContext('2d')
  // Somebody may have read it all meanwhile.
  if (pen === null || !shown) return
  pen.drawImage(image, 0, 0, size, size)
  pen.fillStyle = '#d43b2a'
  pen.strokeStyle = '#fbf9f5'
  pen.lineWidth = 5
  pen.beginPath()
  pen.arc(size - 15, 15, 12, 0, 2 * Math.PI)
  pen.fill()
  pen.stroke()
  icon.href = canvas.toDataURL('image/png')
}
