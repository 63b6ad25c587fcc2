"""The solver finds what scikit-learn finds, with more rows than columns and with fewer."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from quintet.evaluation import lbfgs


@pytest.fixture(scope="module", params=[(40, 200), (300, 20)], ids=["wide", "tall"])
def rows(request) -> tuple[np.ndarray, np.ndarray]:
    """Centred rows (n, d) of about length 1, and four classes that leave a trace."""
    n, d = request.param
    lots = np.random.default_rng(1)
    y = np.arange(n) % 4
    Z = (lots.normal(size=(n, d)) + lots.normal(size=(4, d))[y]) / d**0.5
    return Z - Z.mean(axis=0), y


@pytest.mark.parametrize("strength", [0.1, 10.0])
def test_classes_are_fitted_as_scikit_learn_does(rows, strength):
    Z, y = rows
    data = lbfgs.turned(Z)
    coef, intercept = lbfgs.solve(data, np.eye(4)[y], strength, exclusive=True)
    reference = LogisticRegression(C=strength, tol=1e-10, max_iter=9000).fit(Z, y)
    np.testing.assert_allclose(coef @ data.axes, reference.coef_, rtol=2e-4, atol=5e-4)
    np.testing.assert_allclose(intercept, reference.intercept_, rtol=2e-4, atol=5e-4)


@pytest.mark.parametrize("strength", [0.1, 10.0])
def test_every_tag_is_fitted_as_scikit_learn_fits_it_alone(rows, strength):
    Z, y = rows
    data, truth = lbfgs.turned(Z), np.stack([y == 0, y < 2, y % 2 == 1], axis=1)
    coef, intercept = lbfgs.solve(data, truth.astype(float), strength, exclusive=False)
    for tag in range(3):
        reference = LogisticRegression(C=strength, tol=1e-10, max_iter=9000).fit(Z, truth[:, tag])
        np.testing.assert_allclose(coef[tag] @ data.axes, reference.coef_[0], rtol=2e-4, atol=5e-4)
        np.testing.assert_allclose(intercept[tag], reference.intercept_[0], rtol=2e-4, atol=5e-4)


def test_where_the_search_begins_changes_little(rows):
    Z, y = rows
    data = lbfgs.turned(Z)
    from_weak = lbfgs.solve(data, np.eye(4)[y], 1.0, True, lbfgs.solve(data, np.eye(4)[y], 0.1, True))
    plain = lbfgs.solve(data, np.eye(4)[y], 1.0, True)
    np.testing.assert_allclose(from_weak[0] @ data.axes, plain[0] @ data.axes, rtol=2e-4, atol=5e-4)
