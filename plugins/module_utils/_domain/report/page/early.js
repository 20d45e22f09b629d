// Before the page is laid out: what is only for those without a script needs no time then.
document.documentElement.classList.add("script");
