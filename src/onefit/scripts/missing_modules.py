"""Modules that an import does not find: a package, one that has gone, or a file of the script's."""

from __future__ import annotations

import importlib.util
import os
import re
import sys

PACKAGES = {
    "cv2": "opencv-python",
    "PIL": "pillow",
    "sklearn": "scikit-learn",
    "pylab": "matplotlib",
    "skimage": "scikit-image",
    "yaml": "pyyaml",
    "bs4": "beautifulsoup4",
    "Bio": "biopython",
    "kerastuner": "keras-tuner",
    "keras_tuner": "keras-tuner",
    "gym": "gymnasium",
    "dateutil": "python-dateutil",
    "OpenSSL": "pyopenssl",
    "absl": "absl-py",
    "bayes_opt": "bayesian-optimization",
    "fuzzywuzzy": "thefuzz",
    "imblearn": "imbalanced-learn",
    "mpl_toolkits": "matplotlib",
    "psycopg2": "psycopg2-binary",
    "serial": "pyserial",
    "skopt": "scikit-optimize",
    "surprise": "scikit-surprise",
    "talib": "TA-Lib",
    "umap": "umap-learn",
    "apex": "",
    "ggplot": "",
    "theano": "",
    "keras_contrib": "",
    "tensorflow_addons": "",
}
"""Packages by the name of their module, where it is another one; `""` where there is none today."""

_NAMES = """
accelerate aiohttp albumentations altair anndata arch arviz astropy autokeras bokeh boto3
catboost category_encoders cartopy click cloudpickle cvxpy dask datasets deap dill dlib docopt
duckdb einops emcee fairlearn fastapi fasttext filterpy flask folium ftfy gensim geopandas geopy
gluonts graphviz gymnasium h5py hmmlearn holidays horovod huggingface_hub hyperas hyperopt
imageio imutils ipywidgets jieba joblib kaggle keras_cv keras_hub keras_nlp keras_preprocessing
keras_applications librosa lifelines lightgbm lime lxml matplotlib mlflow mlxtend mne music21
nibabel nilearn nltk numba numexpr numpy onnx onnxruntime openpyxl optuna orjson ortools pandas
pandas_datareader patsy peewee plotly plotnine pmdarima praw pretty_midi prettytable prophet
psutil pyarrow pydantic pydicom pydot pydub pygame pymc pymongo pymysql pyproj pytorch_lightning
pytest qiskit ray rasterio rdkit redis requests scipy seaborn selenium sentencepiece
sentence_transformers shap shapely silence_tensorflow simplejson six sktime sounddevice
soundfile spacy sqlalchemy stable_baselines3 statsmodels streamlit sympy tabulate tensorboard
tensorboardX tensorflow tensorflow_datasets tensorflow_hub tensorflow_probability
tensorflow_text termcolor textblob thinc tikzplotlib tokenizers toolz torch torchaudio
torchvision tornado tqdm transformers tsfresh ujson vaderSentiment wandb wordcloud xarray
xgboost xlrd xlsxwriter yfinance zarr
"""
_KNOWN = frozenset(_NAMES.split())
"""Packages of scripts for Keras that have the name of their module, or are told in `PACKAGES`."""

MOVED = {
    "sklearn.cross_validation": "sklearn.model_selection (folds are made without the rows: "
    "StratifiedKFold(10).split(x, y))",
    "sklearn.grid_search": "sklearn.model_selection (grid_scores_ is cv_results_)",
    "sklearn.learning_curve": "sklearn.model_selection",
    "sklearn.externals.joblib": "joblib",
    "sklearn.externals.six": "six",
    "scipy.misc": "imageio and Pillow for pictures (imread, imsave, imresize)",
    "pandas.tools.plotting": "pandas.plotting",
    "pandas.io.data": "the package pandas-datareader",
    "matplotlib.finance": "the package mplfinance",
    "cPickle": "pickle (that was Python 2)",
    "cStringIO": "io (that was Python 2)",
    "StringIO": "io (that was Python 2)",
    "urllib2": "urllib.request (that was Python 2)",
    "urlparse": "urllib.parse (that was Python 2)",
    "httplib": "http.client (that was Python 2)",
    "ConfigParser": "configparser (that was Python 2)",
    "Queue": "queue (that was Python 2)",
    "Tkinter": "tkinter (that was Python 2)",
    "commands": "subprocess (that was Python 2)",
    "imp": "importlib (it went with Python 3.12)",
    "distutils": "setuptools or packaging (it went with Python 3.12)",
}
"""Modules that Python and other libraries had then, and where their names are today."""


_FROM = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")


def wanted(error: ImportError) -> str:
    """The module that was to be imported; `from package import module` names both.

    >>> wanted(ImportError("cannot import name 'joblib' from 'sklearn.externals' (x.py)"))
    'sklearn.externals.joblib'
    """
    found = _FROM.match(str(error))
    joined = f"{found[2]}.{found[1]}" if found else error.name or ""
    return next((one for one in (joined, error.name or "") if one in MOVED), joined)


def told(name: str) -> str:
    """What to do about a module that is not there; `""` where it is what is within it that lacks.

    Args:
        name: The module's name, without those within it.

    >>> told("xgboost")
    "no module 'xgboost' here; install it: pip install xgboost"
    """
    if name in ("keras", "onefit", "jax") or _is_there(name):
        return ""
    package = PACKAGES.get(name, name)
    if not package:
        return f"no module {name!r} here, and none for today's Python"
    if name in PACKAGES or name in _KNOWN:
        return f"no module {name!r} here; install it: pip install {package}"
    return _own(name)


def _own(name: str) -> str:
    """A name of no package that is known is one of the script's own project, most likely."""
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    folder = os.path.dirname(os.path.abspath(main)) if main else os.getcwd()
    found = next((one for one in _near(folder) if _has(one, name)), None)
    if found is not None:
        return f"no module {name!r} here, but in {found}; say so: PYTHONPATH={found} onefit run ..."
    return (
        f"no module {name!r} here: a file of the script's own project, most likely, which is "
        f"missing; put {name}.py, or the folder {name}, into {folder}. onefit knows no package of "
        "that name"
    )


def _near(folder: str) -> list[str]:
    """Folders in which a file of the same project may be: above, and one below."""
    above = os.path.dirname(folder)
    try:
        below = sorted(one.path for one in os.scandir(folder) if one.is_dir())
    except OSError:
        below = []
    return [above, *below[:100]]


def _has(folder: str, name: str) -> bool:
    return os.path.isfile(os.path.join(folder, f"{name}.py")) or os.path.isfile(
        os.path.join(folder, name, "__init__.py")
    )


def _is_there(name: str) -> bool:
    """Whether a module of that name can be found: what is missing is something within it."""
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return name in sys.modules
