"""Map: the same tracks as each backbone arranges them, linked; what is selected on one lights up on all."""

from pages.parts import sidebar
from pages.parts.datasets import address
from pages.parts.guard import guard
from pages.parts.map import whole

with guard():
    dataset = sidebar.dataset()
    address.enter(dataset)
    whole.page(dataset, [one.key for one in sidebar.arranged()])
