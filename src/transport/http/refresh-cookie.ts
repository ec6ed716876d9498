/** RFC 6265bis, 4.1.3.2: only this very host, over TLS, can have set it. */
export const refresh_cookie = '__Host-veza_refresh'
