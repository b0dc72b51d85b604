def load(env):
    return
