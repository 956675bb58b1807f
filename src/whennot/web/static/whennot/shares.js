// <wn-shares>: percentages that must come to 100. A slider for each number, a running sum, and one
// button (or the key n) that scales them.

class Shares extends HTMLElement {
  connectedCallback() {
    this.numbers = [...this.querySelectorAll("input[type=number]")];
    this.output = this.querySelector("output");
    for (const number of this.numbers) this.slide(number);
    this.addEventListener("input", () => this.sum());
    this.closest("form")?.addEventListener("filled", () => { this.follow(); this.sum(); });
    this.querySelector("[data-scale]")?.addEventListener("click", () => this.scale());
    this.sum();
  }

  slide(number) {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = 0;
    slider.max = 100;
    slider.value = number.value || 0;
    // The number beside it has the same name and says the same; one stop for the keyboard is enough.
    slider.tabIndex = -1;
    slider.setAttribute("aria-hidden", "true");
    slider.addEventListener("input", () => {
      number.value = slider.value;
      number.dispatchEvent(new Event("input", { bubbles: true }));
    });
    number.addEventListener("input", () => { slider.value = number.value || 0; });
    number.slider = slider;
    number.closest(".field").querySelector("label").after(slider);
  }

  follow() { for (const number of this.numbers) number.slider.value = number.value || 0; }

  total() { return this.numbers.reduce((sum, number) => sum + (Number(number.value) || 0), 0); }

  sum() {
    const total = Math.round(this.total() * 100) / 100;
    this.output.textContent = `${total} %`;
    this.querySelector(".total").toggleAttribute("data-off", Math.abs(total - 100) > 1e-6);
  }

  scale() {
    const total = this.total();
    if (total <= 0) return;
    const whole = this.numbers.map((number) => Math.floor((100 * (Number(number.value) || 0)) / total));
    const largest = whole.indexOf(Math.max(...whole));
    whole[largest] += 100 - whole.reduce((a, b) => a + b, 0);
    this.numbers.forEach((number, i) => { number.value = whole[i]; });
    this.follow();
    this.numbers[0].dispatchEvent(new Event("input", { bubbles: true }));
  }
}
customElements.define("wn-shares", Shares);
