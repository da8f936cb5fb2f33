// Beside htmx: CSRF token, a word when a request fails, focus, upload progress, sums as one types.
{
  const byId = (id) => id && document.getElementById(id);
  const on = (name, act) => document.addEventListener(`htmx:${name}`, (event) => act(event.detail.ctx));
  const isPoll = (ctx) => ctx.sourceEvent?.type === "every";
  const box = byId("trouble");

  const tell = (words) => {
    box.textContent = words;
    box.className = words && "notice bad";
  };

  const upload = (bar) => (url, request) => new Promise((done, fail) => {
    const xhr = new XMLHttpRequest();
    xhr.open(request.method, url);
    for (const pair of Object.entries(request.headers)) xhr.setRequestHeader(...pair);
    bar.hidden = false;
    xhr.upload.onprogress = (sent) => (bar.value = sent.loaded / sent.total);
    xhr.onloadend = () => {
      const { status, response } = xhr;
      bar.hidden = true;
      if (!status) return fail(new TypeError("no answer"));
      const lines = xhr.getAllResponseHeaders().trim().split("\r\n");
      const headers = lines.map((line) => line.split(/: (.*)/, 2));
      done(new Response(status === 204 ? null : response, { status, headers }));
    };
    request.signal?.addEventListener("abort", () => xhr.abort());
    xhr.send(request.body);
  });

  on("config:request", (ctx) => {
    const { form, headers } = ctx.request;
    headers["X-CSRFToken"] = document.querySelector("[name=csrf-token]").content;
    if (form?.enctype[0] === "m") ctx.fetch = upload(form.querySelector("progress") ?? {});
    ctx.held = document.activeElement;
    if (!isPoll(ctx)) tell("");
  });

  on("error", () => tell(box.dataset.failed));

  on("response:error", ({ response, text }) => {
    if (response.status === 422) return;
    const page = new DOMParser().parseFromString(text, "text/html");
    tell(page.querySelector(".lead")?.textContent || box.dataset.refused);
  });

  on("finally:request", (ctx) => setTimeout(() => {
    const { held, target } = ctx;
    if (isPoll(ctx) || document.activeElement !== document.body) return;
    const next = held?.isConnected ? held : byId(held?.id) || byId(target?.id);
    if (next?.tabIndex < 0) next.tabIndex = -1;
    next?.focus();
  }));

  // The sums of goods lines as one types; the server adds them up again.
  const scaled = (text, decimals) => {
    const [, whole, rest = ""] = /^([\d,]+)\.?(\d*)$/.exec(text.trim()) ?? [];
    return whole && rest.length <= decimals ? BigInt(whole.replaceAll(",", "") + rest.padEnd(decimals, "0")) : 0n;
  };

  const written = (sum, decimals) => {
    const digits = `${sum}`.padStart(decimals + 1, "0");
    const point = digits.length - decimals;
    const rest = digits.slice(point).replace(/0+$/, "");
    return BigInt(digits.slice(0, point)).toLocaleString("en-IN") + (rest && `.${rest}`);
  };

  document.addEventListener("input", ({ target: { form } }) => {
    for (const out of form?.querySelectorAll("output[data-sum]") ?? []) {
      const decimals = +out.dataset.decimals;
      out.value = written(BigInt(out.dataset.sum) + scaled(byId(out.htmlFor.value).value, decimals), decimals);
    }
  });

  document.querySelector("form[data-at-once]")?.requestSubmit();
}
