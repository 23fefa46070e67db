// Sliders and boxes of Panel carry no names that a screen reader finds; they are given here, from the help below them.
const deep = (root, wanted) => {
  const found = [...root.querySelectorAll(wanted)]
  for (const one of root.querySelectorAll("*")) if (one.shadowRoot !== null) found.push(...deep(one.shadowRoot, wanted))
  return found
}
const named = new WeakSet()
const giveNames = () => {
  for (const control of deep(document, ".control")) {
    if (named.has(control) || control.shadowRoot === null) continue
    const title = deep(control.shadowRoot, "[data-title]")[0]
    const inputs = deep(control.shadowRoot, "input, select, .noUi-handle")
    if (title === undefined || inputs.length === 0) continue
    for (const input of inputs) input.setAttribute("aria-label", title.dataset.title)
    named.add(control)
  }
  for (const [kind, name] of [["up", "more"], ["down", "less"]])
    for (const button of deep(document, `.bk-spin-btn-${kind}, .bk-${kind}, [class*=spin-${kind}]`)) button.setAttribute("aria-label", name)
}
setInterval(giveNames, 1500)
// A button that is given another label is built anew; the focus would go with the old one, and Space would not pause.
let pressed = null
const remember = event => {
  const [at] = event.composedPath()
  const root = at.getRootNode()
  if (at.tagName !== "BUTTON" || root.host === undefined) pressed = null
  else pressed = { button: at, host: root.host, place: [...root.querySelectorAll("button")].indexOf(at) }
}
const keepFocus = () => {
  if (pressed === null || pressed.button.isConnected || document.activeElement !== document.body) return
  const again = pressed.host.shadowRoot.querySelectorAll("button")[pressed.place]
  if (again === undefined) return
  again.focus()
  pressed.button = again
}
document.addEventListener("click", remember, true)
document.addEventListener("keydown", event => { if (event.key === "Tab") pressed = null }, true)
setInterval(keepFocus, 50)
const bar = document.querySelector(".bar")
new ResizeObserver(() => document.body.style.setProperty("--bar", `${bar.offsetHeight + 14}px`)).observe(bar)
if (window.innerWidth < 900) document.getElementById("side").open = false
