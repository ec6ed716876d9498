// What Swagger UI lacks for people who do not see well, or who use no mouse.

/** Behind its own styles: the same colours, so dark that what stands on them, or is written in them, can be read (4.5 : 1). */
export const looks = `
.swagger-ui .info .title small { background: #5b6270 }
.swagger-ui .info .title small.version-stamp { background: #4a6a00 }
.swagger-ui .info a, .swagger-ui .info a .url, .swagger-ui a.link, .swagger-ui .markdown a { color: #1f5fae }
.swagger-ui .btn.authorize { border-color: #1b7a50; color: #1b7a50 }
.swagger-ui .btn.authorize svg { fill: #1b7a50 }
.swagger-ui .btn.cancel, .swagger-ui .try-out__btn.cancel { border-color: #b32020; color: #b32020 }
.swagger-ui .btn.execute { background: #1f5fae; border-color: #1f5fae }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1d63ad }
.swagger-ui .opblock.opblock-post .opblock-summary-method { background: #1b7a50 }
.swagger-ui .opblock.opblock-put .opblock-summary-method { background: #8f5600 }
.swagger-ui .opblock.opblock-patch .opblock-summary-method { background: #0f6b61 }
.swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #c02020 }
.swagger-ui .download-contents { background: #5b6270 }
.swagger-ui .microlight span[style*='211, 99, 99'] { color: #f08a8a !important }
`

/** Names for what has none, a way by keyboard to what scrolls, and no links within buttons that lead to the same. */
const naming = `
const names = {
  '#servers': 'Server',
  '.examples-select-element': 'Example',
  '.body-param__text': 'Body of the request',
  '.close-modal': 'Close',
}
const name = () => {
  for (const [selector, words] of Object.entries(names))
    for (const element of document.querySelectorAll(selector + ':not([aria-label])')) element.setAttribute('aria-label', words)
  for (const link of document.querySelectorAll('.opblock-summary-control a[href]')) link.removeAttribute('href')
  for (const text of document.querySelectorAll('pre.microlight:not([tabindex])')) text.tabIndex = 0
  for (const button of document.querySelectorAll('.modal-btn[aria-label]')) button.removeAttribute('aria-label')
}
let is_due = false
const soon = () => {
  if (is_due) return
  is_due = true
  requestAnimationFrame(() => {
    is_due = false
    name()
  })
}
new MutationObserver(soon).observe(document.querySelector('#reader'), { childList: true, subtree: true })
`

export const start = `window.addEventListener('load', () => {
  SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#reader',
    deepLinking: true,
    docExpansion: 'list',
    filter: true,
    displayOperationId: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
    showExtensions: true,
    validatorUrl: null,
  })
})
${naming}`
