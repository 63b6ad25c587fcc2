"""Map: the same tracks as each backbone arranges them, linked; what is selected on one lights up on all."""

from dashboard.views.map import page as whole
from dashboard.widgets import sidebar, url_state
from dashboard.widgets.error_boundary import guard

with guard():
    dataset = sidebar.dataset()
    url_state.enter(dataset)
    whole.page(dataset, [one.key for one in sidebar.arranged()])
