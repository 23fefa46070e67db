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
const bar = document.querySelector(".bar")
new ResizeObserver(() => document.body.style.setProperty("--bar", `${bar.offsetHeight + 14}px`)).observe(bar)
if (window.innerWidth < 900) document.getElementById("side").open = false
