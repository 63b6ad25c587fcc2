"""The parts of the Agreement page: what is shown, its sentence, the matrix, a pair, shapes, disputes."""
