"""A keyboard that counts key presses: Ctrl+S counts as one, and free text is not counted."""


class Keyboard:
    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def type(self, text):
        """Type text key by key, counting every key."""
        self.press(*("Minus" if letter == "-" else letter for letter in text))

    def free(self, text):
        """Type free text, which is not counted."""
        self.page.keyboard.type(text)


def paste(page, text, html=""):
    """Paste text and HTML with a single paste event, which is not counted."""
    page.evaluate(
        """([text, html]) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            if (html) data.setData("text/html", html);
            const options = {clipboardData: data, bubbles: true, cancelable: true};
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", options));
        }""",
        [text, html],
    )


def paste_table(page, text, html="", apply=True):
    """Paste a table, wait for its preview, and apply it with Enter."""
    paste(page, text, html)
    page.wait_for_selector("[data-paste-form]")
    if apply:
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog[open]", state="detached")
