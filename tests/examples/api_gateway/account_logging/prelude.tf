# The examples refer to nothing.
